// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.MeterSettings.CurrentSign;
import io.energydongle.config.MeterSettings.CurrentSource;
import io.energydongle.config.MeterSettings.Electricity;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.ReactivePower;
import io.energydongle.snapshot.Wiring;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The choices of the user that change what a reading says: transformer ratio, and where currents
 * and their signs come from. With the defaults a reading says exactly what the meter said.
 *
 * <p>Source: {@code p1.md} section 4.
 */
final class ElectricityOptions {

  private static final int NOMINAL_MILLI_VOLT = 230_000;
  private static final int WHOLE_AMPERE = 1000;

  private final Electricity settings;

  ElectricityOptions(Electricity settings) {
    this.settings = settings;
  }

  /** The reading as the user wants it. */
  MeterSnapshot apply(MeterSnapshot snapshot) {
    MeterSnapshot result = settings.multiplier() > 1 ? multiplied(snapshot) : snapshot;
    // Without neutral a phase power belongs to no phase, so nothing can be said from it.
    boolean threeWires = result.wiring().equals(Optional.of(Wiring.THREE_PHASE_NO_NEUTRAL));
    boolean anyChoice =
        settings.deriveCurrent()
            || settings.currentSource() == CurrentSource.REFINED
            || settings.currentSign() == CurrentSign.BY_PHASE_POWER;
    return anyChoice && !threeWires ? withCurrents(result) : result;
  }

  private MeterSnapshot withCurrents(MeterSnapshot snapshot) {
    MeterSnapshot.Builder changed = snapshot.toBuilder();
    boolean wholeAmperes = snapshot.currentResolutionMilliAmpere().orElse(0) >= WHOLE_AMPERE;
    List<Phase> phases = new ArrayList<>(snapshot.phases().size());
    for (Phase phase : phasesWithPower(snapshot)) {
      phases.add(withCurrent(phase, wholeAmperes, changed));
    }
    return changed.phases(phases).build();
  }

  /** On one phase the total is the power of that phase. */
  private static List<Phase> phasesWithPower(MeterSnapshot snapshot) {
    boolean onePhase = snapshot.wiring().equals(Optional.of(Wiring.ONE_PHASE));
    if (!onePhase || snapshot.phases().size() > 1 || snapshot.netMilliWatt().isEmpty()) {
      return snapshot.phases();
    }
    Phase only = snapshot.phase(1);
    return only.netMilliWatt().isPresent()
        ? snapshot.phases()
        : List.of(new Phase(only.milliVolt(), only.milliAmpere(), snapshot.netMilliWatt()));
  }

  private Phase withCurrent(Phase phase, boolean wholeAmperes, MeterSnapshot.Builder changed) {
    if (phase.netMilliWatt().isEmpty()) {
      return phase;
    }
    long netMilliWatt = phase.netMilliWatt().getAsLong();
    int fromPower = milliAmpere(netMilliWatt, phase.milliVolt());
    int shown = phase.milliAmpere().orElse(0);
    if (phase.milliAmpere().isEmpty()) {
      if (!settings.deriveCurrent()) {
        return phase;
      }
      shown = fromPower;
      changed.note(Note.CURRENT_DERIVED);
    } else if (settings.currentSource() == CurrentSource.REFINED
        && wholeAmperes
        && fromPower > shown) {
      // Power divided by voltage is never more than the true current: chargers protect a fuse.
      shown = fromPower;
      changed.note(Note.CURRENT_REFINED);
    }
    boolean exports = settings.currentSign() == CurrentSign.BY_PHASE_POWER && netMilliWatt < 0;
    return phase.withMilliAmpere(exports ? -shown : shown);
  }

  private static int milliAmpere(long milliWatt, OptionalInt milliVolt) {
    long volt = milliVolt.orElse(0) > 0 ? milliVolt.getAsInt() : NOMINAL_MILLI_VOLT;
    return (int) ((Math.abs(milliWatt) * 1000 + volt / 2) / volt);
  }

  private MeterSnapshot multiplied(MeterSnapshot snapshot) {
    int ratio = settings.multiplier();
    List<Phase> phases =
        snapshot.phases().stream()
            .map(
                p ->
                    new Phase(
                        p.milliVolt(),
                        p.milliAmpere().isPresent()
                            ? OptionalInt.of(Math.multiplyExact(p.milliAmpere().getAsInt(), ratio))
                            : p.milliAmpere(),
                        times(p.netMilliWatt(), ratio)))
            .toList();
    ReactivePower reactive = snapshot.reactive();
    return snapshot.toBuilder()
        .powerMilliWatt(
            times(snapshot.importMilliWatt(), ratio), times(snapshot.exportMilliWatt(), ratio))
        .phases(phases)
        .energy(times(snapshot.energyImport(), ratio), times(snapshot.energyExport(), ratio))
        .reactive(
            new ReactivePower(
                times(reactive.netMilliVar(), ratio),
                times(reactive.importMicroVarHour(), ratio),
                times(reactive.exportMicroVarHour(), ratio)))
        .note(Note.MULTIPLIED)
        .build();
  }

  private static EnergyRegisters times(EnergyRegisters energy, int ratio) {
    return new EnergyRegisters(
        times(energy.totalMicroWattHour(), ratio),
        energy.byTariffMicroWattHour().stream().map(t -> times(t, ratio)).toList());
  }

  private static OptionalLong times(OptionalLong value, int ratio) {
    return value.isPresent() ? OptionalLong.of(value.getAsLong() * ratio) : value;
  }
}
