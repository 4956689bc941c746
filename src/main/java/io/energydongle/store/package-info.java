// SPDX-License-Identifier: Apache-2.0
/**
 * Records on the disk of a board that loses power at any moment. Used by what remembers: the
 * history, and the messages that wait for the broker.
 */
@NullMarked
package io.energydongle.store;

import org.jspecify.annotations.NullMarked;
