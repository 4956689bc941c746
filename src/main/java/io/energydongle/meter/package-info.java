/**
 * From the bytes of a serial port to the snapshot store: the reader thread, which line setting is
 * right, and everything that needs a memory of earlier telegrams.
 */
@NullMarked
package io.energydongle.meter;

import org.jspecify.annotations.NullMarked;
