// SPDX-License-Identifier: Apache-2.0
/**
 * Keys and certificates: read from PEM with what the JDK has, and made when there are none. Used by
 * the outputs that speak TLS.
 */
@NullMarked
package io.energydongle.identity;

import org.jspecify.annotations.NullMarked;
