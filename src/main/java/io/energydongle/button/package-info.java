/** From presses of the push button to what they ask for. */
@NullMarked
package io.energydongle.button;

import org.jspecify.annotations.NullMarked;
