// SPDX-License-Identifier: Apache-2.0
/**
 * New releases: where they come from, whether they may be installed, and whether they have proved
 * themselves. One part runs in the gateway without rights, the other as root and believes nothing
 * of what the first one says.
 */
@org.jspecify.annotations.NullMarked
package io.energydongle.update;
