/**
 * Two gateways that run for as long as one likes while everything around them breaks, and those who
 * check every answer meanwhile. Begun by {@code ./soak}; see docs/reference/soak.md.
 */
@NullMarked
package io.energydongle.soak;

import org.jspecify.annotations.NullMarked;
