// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.frame.Rejection;
import io.energydongle.frame.Rejection.Reason;
import io.energydongle.meter.CounterGuard.Verdict;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps counters from going backwards. In a telegram with checksum only the counters are doubted
 * and the earlier ones are shown for at most two telegrams; in one without, the whole telegram is.
 *
 * <p>Source: {@code p1.md} section 2 "CRC", policy, and section 7.
 */
final class EnergyGuard {

  /** French meters have the most. */
  private static final int TARIFFS = 10;

  private static final int CHANNELS = 9;

  /** 1 kWh: coarse counters move in steps. */
  private static final long STEP_MICRO_WATT_HOUR = 1_000_000_000L;

  /** 250 kW, far above what a meter with a plain P1 port can carry. */
  private static final long GROWTH_MICRO_WATT_HOUR_PER_SECOND = 250_000_000_000L / 3600;

  private record Owner(String ident, Optional<String> serial) {}

  private final CounterGuard energy = new CounterGuard();
  private final CounterGuard energyUnchecked;
  private final CounterGuard[] mbus = new CounterGuard[CHANNELS + 1];
  private final MbusChannel[] mbusTrusted = new MbusChannel[CHANNELS + 1];
  private EnergyRegisters trustedImport = EnergyRegisters.NONE;
  private EnergyRegisters trustedExport = EnergyRegisters.NONE;

  /**
   * A guard.
   *
   * @param live false for captures, from whose timing nothing can be concluded.
   */
  EnergyGuard(boolean live) {
    energyUnchecked =
        live
            ? new CounterGuard(STEP_MICRO_WATT_HOUR, GROWTH_MICRO_WATT_HOUR_PER_SECOND)
            : new CounterGuard();
    for (int channel = 1; channel <= CHANNELS; channel++) {
      mbus[channel] = new CounterGuard();
    }
  }

  /** Why a telegram must not be believed at all; empty when it may. */
  Optional<Rejection> doubt(MeterSnapshot snapshot, long offset) {
    if (!isUnchecked(snapshot)) {
      return Optional.empty();
    }
    Verdict verdict =
        energyUnchecked.judge(
            owner(snapshot.meter()), counters(snapshot), snapshot.reception().receivedNanos());
    return verdict == Verdict.PLAUSIBLE
        ? Optional.empty()
        : Optional.of(
            new Rejection(
                Reason.IMPLAUSIBLE_CHANGE,
                offset,
                verdict == Verdict.BACKWARDS
                    ? "an energy counter went backwards, and no checksum vouches for it"
                    : "an energy counter grew faster than 250 kW allow, and no checksum vouches"
                        + " for it"));
  }

  /** The same reading, with the earlier counters in place of any that went backwards. */
  MeterSnapshot withoutSteppingBack(MeterSnapshot snapshot) {
    MeterSnapshot.Builder changed = snapshot.toBuilder();
    long now = snapshot.reception().receivedNanos();
    boolean held = false;
    // Without a checksum the whole telegram has been judged already.
    if (isUnchecked(snapshot)
        || energy.judge(owner(snapshot.meter()), counters(snapshot), now) == Verdict.PLAUSIBLE) {
      trustedImport = snapshot.energyImport();
      trustedExport = snapshot.energyExport();
    } else {
      changed.energy(trustedImport, trustedExport);
      held = true;
    }
    List<MbusChannel> devices = new ArrayList<>(snapshot.mbus().size());
    for (MbusChannel device : snapshot.mbus()) {
      MbusChannel shown = withoutSteppingBack(device, now);
      held |= !shown.equals(device);
      devices.add(shown);
    }
    return held ? changed.mbus(devices).note(Note.ENERGY_HELD).build() : snapshot;
  }

  private MbusChannel withoutSteppingBack(MbusChannel device, long now) {
    if (device.valueMicro().isEmpty()) {
      return device;
    }
    int channel = device.channel();
    long[] counter = {device.valueMicro().getAsLong()};
    if (mbus[channel].judge(device.id(), counter, now) == Verdict.PLAUSIBLE) {
      mbusTrusted[channel] = device;
      return device;
    }
    return mbusTrusted[channel];
  }

  private static boolean isUnchecked(MeterSnapshot snapshot) {
    return snapshot.notes().contains(Note.CHECKSUM_ABSENT)
        || snapshot.notes().contains(Note.CHECKSUM_IGNORED);
  }

  private static Owner owner(MeterIdentity meter) {
    return new Owner(meter.ident(), meter.serial());
  }

  private static long[] counters(MeterSnapshot snapshot) {
    long[] counters = new long[2 * (TARIFFS + 1)];
    fill(counters, 0, snapshot.energyImport());
    fill(counters, TARIFFS + 1, snapshot.energyExport());
    return counters;
  }

  private static void fill(long[] counters, int from, EnergyRegisters energy) {
    counters[from] = energy.totalMicroWattHour().orElse(CounterGuard.ABSENT);
    for (int tariff = 0; tariff < TARIFFS; tariff++) {
      List<OptionalLong> all = energy.byTariffMicroWattHour();
      OptionalLong counter = tariff < all.size() ? all.get(tariff) : OptionalLong.empty();
      counters[from + 1 + tariff] = counter.orElse(CounterGuard.ABSENT);
    }
  }
}
