// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.config.ModbusSettings.StalePolicy;

/**
 * What clients get when the meter is silent: a charger must fail, a battery must hold.
 *
 * @param policy what they get.
 * @param holdSeconds with {@link StalePolicy#HOLD}: how long beyond the limit the last telegram is
 *     served before there is an exception, s; 0 for ever.
 */
public record StaleRule(StalePolicy policy, int holdSeconds) {}
