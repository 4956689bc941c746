/**
 * P1 telegrams (DSMR, e-MUCS, Smarty and their relatives): from one frame to one reading. {@link
 * io.energydongle.telegram.p1.CosemLines} walks once over the bytes and finds lines and brackets,
 * {@link io.energydongle.telegram.p1.P1Parser} gives them meaning.
 */
@NullMarked
package io.energydongle.telegram.p1;

import org.jspecify.annotations.NullMarked;
