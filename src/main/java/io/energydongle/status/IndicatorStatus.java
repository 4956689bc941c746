// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

import java.util.Optional;

/**
 * What the light shows, or would show if there were one.
 *
 * @param state the pattern in kebab-case, such as {@code normal} or {@code no-network}.
 * @param colours its colours in the order shown, such as {@code green} or {@code red/green}.
 * @param fault why it cannot be seen, a sentence with what to do; empty while it can.
 */
public record IndicatorStatus(String state, String colours, Optional<String> fault) {}
