/**
 * The one JSON shape of a reading, which {@code decode}, HTTP and MQTT share so that a value looks
 * the same wherever it is read.
 */
@NullMarked
package io.energydongle.reading;

import org.jspecify.annotations.NullMarked;
