// SPDX-License-Identifier: Apache-2.0
package io.energydongle.service;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Something that must go round for ever.
 *
 * @param name for the log.
 * @param turns how often it has gone round; counts also when there is nothing to do, so that a
 *     meter that is not connected or a network without clients is no standstill.
 * @param stillMax how long it may stand still.
 */
public record Loop(String name, LongSupplier turns, Duration stillMax) {}
