// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Quarter-hour demand, on which the Belgian grid tariff is based.
 *
 * @param nowMilliWatt energy imported in this quarter-hour so far, divided by the whole of the
 *     quarter-hour, mW: it begins at 0 and ends at the average; empty when not sent. Source: DLMS
 *     demand register, {@code current_average_value}; real captures agree.
 * @param monthPeak highest quarter-hour of the running month; empty when not sent.
 * @param history earlier months, in the order sent, at most 13.
 */
public record Demand(OptionalLong nowMilliWatt, Optional<Peak> monthPeak, List<MonthPeak> history) {

  /** A meter without demand registers. */
  public static final Demand NONE = new Demand(OptionalLong.empty(), Optional.empty(), List.of());

  public Demand {
    history = List.copyOf(history);
  }

  /** True when the meter sends no demand at all. */
  public boolean isEmpty() {
    return nowMilliWatt.isEmpty() && monthPeak.isEmpty() && history.isEmpty();
  }

  /**
   * A highest quarter-hour.
   *
   * @param at when it was reached; empty for a placeholder.
   * @param milliWatt average of that quarter-hour, mW, 0 or more.
   */
  public record Peak(Optional<Instant> at, long milliWatt) {}

  /**
   * The peak of a past month.
   *
   * @param monthEnd end of that month; empty for a placeholder.
   * @param peak its highest quarter-hour.
   */
  public record MonthPeak(Optional<Instant> monthEnd, Peak peak) {}
}
