// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import java.util.Optional;

/** What the history keeps of one reading. {@link Interval#ABSENT} where it says nothing. */
final class Values {

  private static final long MICRO = 1_000_000;

  /** 100 MW: far above any meter, and small enough that no sum of readings can overflow. */
  private static final long POWER_MAX_MILLI_WATT = 100_000_000_000L;

  final boolean hasPower;
  final long netMilliWatt;
  final long importWattHour;
  final long exportWattHour;
  final int gasLitre;
  final int waterLitre;

  Values(MeterSnapshot snapshot) {
    netMilliWatt = snapshot.netMilliWatt().orElse(0);
    hasPower =
        snapshot.netMilliWatt().isPresent()
            && !snapshot.notes().contains(Note.POWER_UNUSABLE)
            && netMilliWatt >= -POWER_MAX_MILLI_WATT
            && netMilliWatt <= POWER_MAX_MILLI_WATT;
    importWattHour = wattHour(snapshot.energyImport());
    exportWattHour = wattHour(snapshot.energyExport());
    gasLitre = litre(snapshot.device(Medium.GAS));
    waterLitre = litre(snapshot.device(Medium.WATER));
  }

  boolean isEmpty() {
    return !hasPower
        && !hasEnergy()
        && gasLitre == Interval.ABSENT
        && waterLitre == Interval.ABSENT;
  }

  private boolean hasEnergy() {
    return importWattHour != Interval.ABSENT || exportWattHour != Interval.ABSENT;
  }

  private static long wattHour(EnergyRegisters energy) {
    long micro = energy.totalMicroWattHour().orElse(Interval.ABSENT);
    return micro < 0 ? Interval.ABSENT : micro / MICRO;
  }

  private static int litre(Optional<MbusChannel> device) {
    boolean cubicMetres = device.flatMap(MbusChannel::unit).equals(Optional.of("m3"));
    if (!cubicMetres) {
      return (int) Interval.ABSENT;
    }
    long litre = device.get().valueMicro().orElse(Interval.ABSENT) / 1000;
    boolean negative = device.get().valueMicro().orElse(Interval.ABSENT) < 0;
    return negative || litre > Integer.MAX_VALUE ? (int) Interval.ABSENT : (int) litre;
  }
}
