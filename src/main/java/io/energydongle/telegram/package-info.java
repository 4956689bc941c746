/**
 * Frames to readings. A parser neither logs nor throws: bad input is a value. Below here one
 * package for each family of telegrams.
 */
@NullMarked
package io.energydongle.telegram;

import org.jspecify.annotations.NullMarked;
