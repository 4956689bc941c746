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

  /** Below it a phase has no supply, and dividing by its voltage means nothing. */
  private static final int LIVE_MILLI_VOLT_MIN = 50_000;

  /** What ten thousand times the largest current of a meter may not exceed: 2 MA. */
  private static final long MILLI_AMPERE_MAX = 2_000_000_000L;

  /** 100 GW. */
  private static final long MILLI_WATT_MAX = 100_000_000_000_000L;

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

  /**
   * On one phase the total is the power of that phase. A meter that says nothing of its phases is
   * taken for one with a single phase here, because the user asked for a current of some kind.
   */
  private static List<Phase> phasesWithPower(MeterSnapshot snapshot) {
    boolean onePhase =
        snapshot.wiring().equals(Optional.of(Wiring.ONE_PHASE)) || snapshot.wiring().isEmpty();
    if (!onePhase || snapshot.phases().size() > 1 || snapshot.netMilliWatt().isEmpty()) {
      return snapshot.phases();
    }
    Phase only = snapshot.phase(1);
    return only.netMilliWatt().isPresent()
        ? snapshot.phases()
        : List.of(new Phase(only.milliVolt(), only.milliAmpere(), snapshot.netMilliWatt()));
  }

  private Phase withCurrent(Phase phase, boolean wholeAmperes, MeterSnapshot.Builder changed) {
    boolean dead = phase.milliVolt().orElse(NOMINAL_MILLI_VOLT) < LIVE_MILLI_VOLT_MIN;
    if (phase.netMilliWatt().isEmpty() || dead) {
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
    long volt = milliVolt.orElse(NOMINAL_MILLI_VOLT);
    long exact = (Math.abs(milliWatt) * 1000 + volt / 2) / volt;
    return (int) Math.min(exact, MILLI_AMPERE_MAX);
  }

  /** A product that no meter can have is dropped, and the reading then steers nothing. */
  private MeterSnapshot multiplied(MeterSnapshot snapshot) {
    MeterSnapshot.Builder changed = snapshot.toBuilder().note(Note.MULTIPLIED);
    List<Phase> phases = new ArrayList<>(snapshot.phases().size());
    for (Phase p : snapshot.phases()) {
      OptionalLong milliAmpere = times(toLong(p.milliAmpere()), MILLI_AMPERE_MAX);
      if (milliAmpere.isEmpty() && p.milliAmpere().isPresent()) {
        changed.note(Note.CURRENT_UNUSABLE);
      }
      phases.add(
          new Phase(
              p.milliVolt(),
              milliAmpere.isPresent()
                  ? OptionalInt.of((int) milliAmpere.getAsLong())
                  : OptionalInt.empty(),
              times(p.netMilliWatt(), MILLI_WATT_MAX)));
    }
    OptionalLong fromGrid = times(snapshot.importMilliWatt(), MILLI_WATT_MAX);
    OptionalLong toGrid = times(snapshot.exportMilliWatt(), MILLI_WATT_MAX);
    if (fromGrid.isPresent() != snapshot.importMilliWatt().isPresent()
        || toGrid.isPresent() != snapshot.exportMilliWatt().isPresent()) {
      changed.note(Note.POWER_UNUSABLE);
    }
    ReactivePower reactive = snapshot.reactive();
    return changed
        .powerMilliWatt(fromGrid, toGrid)
        .phases(phases)
        .energy(times(snapshot.energyImport()), times(snapshot.energyExport()))
        .reactive(
            new ReactivePower(
                times(reactive.netMilliVar(), MILLI_WATT_MAX),
                times(reactive.importMicroVarHour(), Long.MAX_VALUE),
                times(reactive.exportMicroVarHour(), Long.MAX_VALUE)))
        .build();
  }

  private EnergyRegisters times(EnergyRegisters energy) {
    return new EnergyRegisters(
        times(energy.totalMicroWattHour(), Long.MAX_VALUE),
        energy.byTariffMicroWattHour().stream().map(t -> times(t, Long.MAX_VALUE)).toList());
  }

  /** The product; empty when its magnitude is above {@code max}. */
  private OptionalLong times(OptionalLong value, long max) {
    long ratio = settings.multiplier();
    return value.isPresent() && Math.abs(value.getAsLong()) <= max / ratio
        ? OptionalLong.of(value.getAsLong() * ratio)
        : OptionalLong.empty();
  }

  private static OptionalLong toLong(OptionalInt value) {
    return value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty();
  }
}
