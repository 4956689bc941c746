/**
 * Bytes of the meter line to frames: where a telegram begins and ends, in how many bits a character
 * came, and what to say when nothing fits. Bounded buffers, no meaning, no clock, no log.
 */
@NullMarked
package io.energydongle.frame;

import org.jspecify.annotations.NullMarked;
