// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.time.Instant;
import java.util.Optional;

/**
 * A time stamp of the meter. Meters without a clock send placeholders and clocks drift by months,
 * so it is shown, never used for ageing, ordering or setting a clock.
 *
 * @param raw as sent, for example {@code 240708200756S}; never blank.
 * @param instant the same in UTC; empty when it is a placeholder or no possible date.
 */
public record MeterTime(String raw, Optional<Instant> instant) {}
