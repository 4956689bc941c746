// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.util.List;
import java.util.OptionalLong;

/**
 * Energy counters of one direction. A counter only grows, except when the meter is replaced.
 *
 * @param totalMicroWattHour all tariffs together, as sent or else their sum, µWh, 0 or more.
 * @param byTariffMicroWattHour counter of tariff n at index n - 1, µWh; empty where not sent.
 */
public record EnergyRegisters(
    OptionalLong totalMicroWattHour, List<OptionalLong> byTariffMicroWattHour) {

  /** A direction that the meter does not count. */
  public static final EnergyRegisters NONE = new EnergyRegisters(OptionalLong.empty(), List.of());

  public EnergyRegisters {
    byTariffMicroWattHour = List.copyOf(byTariffMicroWattHour);
  }

  /** True when no counter is known. */
  public boolean isEmpty() {
    return totalMicroWattHour.isEmpty()
        && byTariffMicroWattHour.stream().allMatch(OptionalLong::isEmpty);
  }
}
