/**
 * The bytes of the meter for others: to a second serial port and over TCP. Stands beside the flow:
 * takes every chunk as it is read, before anything looks at it, and never holds the reader up.
 */
@NullMarked
package io.energydongle.copy;

import org.jspecify.annotations.NullMarked;
