/** Wiring, commands and supervision: the only package that knows all others. */
@NullMarked
package io.energydongle.app;

import org.jspecify.annotations.NullMarked;
