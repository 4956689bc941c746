/**
 * GPIO lines without a driver of the kernel in front of them, for boards without overlays. The only
 * user of {@code java.lang.foreign}, which needs Java 22; see {@code docs/adr/0013-gpio.md}.
 */
@NullMarked
package io.energydongle.gpio;

import org.jspecify.annotations.NullMarked;
