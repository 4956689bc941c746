// SPDX-License-Identifier: Apache-2.0
/**
 * Beside the way of the data: keeps the board reachable. Turns the network settings into profiles
 * of NetworkManager, brings the access point of a new device up and takes it away, and tells from
 * the interfaces themselves what came of it.
 */
@NullMarked
package io.energydongle.network;

import org.jspecify.annotations.NullMarked;
