// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

import java.util.Optional;

/**
 * How the push button is doing.
 *
 * @param fault why nobody can press it, a sentence with what to do; empty while it works.
 * @param presses presses so far that led to something.
 */
public record ButtonStatus(Optional<String> fault, long presses) {}
