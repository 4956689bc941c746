/**
 * The one immutable reading that every output shares, and the place where it is swapped in. The end
 * of the way from meter to program and the start of the way from program to outputs; it knows
 * neither telegrams nor outputs.
 */
@NullMarked
package io.energydongle.snapshot;

import org.jspecify.annotations.NullMarked;
