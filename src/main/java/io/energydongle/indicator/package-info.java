/** From the state of the device to the colours of its light. Last in the flow; nobody uses it. */
@NullMarked
package io.energydongle.indicator;

import org.jspecify.annotations.NullMarked;
