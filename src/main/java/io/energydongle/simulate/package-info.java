/**
 * A meter made of software, for trying the product and for demonstrations. It makes bytes, at the
 * speed of a line; everything behind them is the product itself. Only runs when asked for.
 */
@NullMarked
package io.energydongle.simulate;

import org.jspecify.annotations.NullMarked;
