// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import io.energydongle.snapshot.Demand;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.ReactivePower;
import io.energydongle.snapshot.Wiring;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Power, phases, energy and demand of one telegram.
 *
 * <p>Source: {@code p1.md} sections 3, 4 and 9.
 */
final class ElectricityLines {

  private static final int TARIFFS = 4;
  private static final int HISTORY_MAX = 13;

  private final CosemLines lines;
  private final CosemValues values;
  private final P1Memory memory;

  ElectricityLines(CosemLines lines, CosemValues values, P1Memory memory) {
    this.lines = lines;
    this.values = values;
    this.memory = memory;
  }

  void addPower(MeterSnapshot.Builder snapshot) {
    OptionalLong fromGrid = values.number(CosemObject.POWER_IMPORT, Dimension.POWER);
    boolean unusable = values.lastUnusable() || values.skipped(CosemObject.POWER_IMPORT);
    OptionalLong toGrid = values.number(CosemObject.POWER_EXPORT, Dimension.POWER);
    unusable |= values.lastUnusable() || values.skipped(CosemObject.POWER_EXPORT);
    if (unusable) {
      // Half of a difference is no power.
      snapshot.note(Note.POWER_UNUSABLE);
    } else {
      snapshot.powerMilliWatt(fromGrid, toGrid);
    }
  }

  void addPhases(MeterSnapshot.Builder snapshot, boolean belgian) {
    int shown = WiringDetector.phasesShown(lines);
    Phase[] found = new Phase[shown];
    int finest = Integer.MAX_VALUE;
    boolean says = false;
    for (int n = 1; n <= shown; n++) {
      OptionalInt milliVolt =
          values.smallNumber(CosemObject.VOLTAGE_L1.ofPhase(n), Dimension.VOLTAGE);
      CosemObject current = CosemObject.CURRENT_L1.ofPhase(n);
      OptionalInt milliAmpere = values.smallNumber(current, Dimension.CURRENT);
      if (values.lastUnusable() || values.skipped(current)) {
        snapshot.note(Note.CURRENT_UNUSABLE);
      }
      if (milliAmpere.isPresent()) {
        finest = Math.min(finest, resolutionMilliAmpere(current));
      }
      OptionalLong netMilliWatt = phasePower(snapshot, n);
      says |= milliVolt.isPresent() || milliAmpere.isPresent() || netMilliWatt.isPresent();
      found[n - 1] = new Phase(milliVolt, milliAmpere, netMilliWatt);
    }
    List<Phase> phases = List.of(found);
    Optional<Wiring> wiring = WiringDetector.detect(shown, phases, belgian);
    snapshot.wiring(wiring);
    if (says) {
      snapshot.phases(phases);
    }
    if (finest != Integer.MAX_VALUE) {
      snapshot.currentResolutionMilliAmpere(OptionalInt.of(finest));
    }
    notePeculiarities(snapshot, phases, wiring);
  }

  private OptionalLong phasePower(MeterSnapshot.Builder snapshot, int n) {
    OptionalLong fromGrid = values.number(CosemObject.POWER_IMPORT_L1.ofPhase(n), Dimension.POWER);
    boolean unusable =
        values.lastUnusable() || values.skipped(CosemObject.POWER_IMPORT_L1.ofPhase(n));
    OptionalLong toGrid = values.number(CosemObject.POWER_EXPORT_L1.ofPhase(n), Dimension.POWER);
    unusable |= values.lastUnusable() || values.skipped(CosemObject.POWER_EXPORT_L1.ofPhase(n));
    if (unusable) {
      snapshot.note(Note.POWER_UNUSABLE);
      return OptionalLong.empty();
    }
    return fromGrid.isEmpty() && toGrid.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(fromGrid.orElse(0) - toGrid.orElse(0));
  }

  private static void notePeculiarities(
      MeterSnapshot.Builder snapshot, List<Phase> phases, Optional<Wiring> wiring) {
    if (phases.size() != 3) {
      return;
    }
    if (WiringDetector.onePhaseWired(phases)) {
      snapshot.note(Note.ONE_PHASE_WIRED);
    }
    if (phases.get(0).netMilliWatt().isEmpty()
        && phases.get(1).netMilliWatt().isEmpty()
        && phases.get(2).netMilliWatt().isEmpty()) {
      snapshot.note(Note.PHASE_POWER_UNAVAILABLE);
    }
    boolean l2Silent =
        phases.get(1).milliAmpere().orElse(0) == 0
            && phases.get(0).milliAmpere().orElse(0) > 1000
            && phases.get(2).milliAmpere().orElse(0) > 1000;
    if (wiring.equals(Optional.of(Wiring.THREE_PHASE_NO_NEUTRAL)) && l2Silent) {
      snapshot.note(Note.L2_CURRENT_NOT_MEASURED);
    }
  }

  private int resolutionMilliAmpere(CosemObject current) {
    int slot = current.slot();
    int decimals = FixedPoint.decimals(lines.buffer(), lines.start(slot, 0), lines.end(slot, 0));
    return switch (decimals) {
      case 0 -> 1000;
      case 1 -> 100;
      case 2 -> 10;
      default -> 1;
    };
  }

  EnergyRegisters energy(CosemObject totalObject) {
    OptionalLong total = values.number(totalObject, Dimension.ENERGY);
    int tariffs = TARIFFS;
    while (tariffs > 0 && !lines.has(totalObject.ofTariff(tariffs))) {
      tariffs--;
    }
    if (tariffs == 0) {
      return total.isEmpty() ? EnergyRegisters.NONE : new EnergyRegisters(total, List.of());
    }
    OptionalLong[] byTariff = new OptionalLong[tariffs];
    long sum = 0;
    boolean complete = true;
    for (int tariff = 1; tariff <= tariffs; tariff++) {
      CosemObject object = totalObject.ofTariff(tariff);
      OptionalLong counter = values.number(object, Dimension.ENERGY);
      complete &= counter.isPresent() || !(lines.has(object) || values.skipped(object));
      byTariff[tariff - 1] = counter;
      sum += counter.orElse(0);
    }
    OptionalLong sumOfAll = complete ? OptionalLong.of(sum) : OptionalLong.empty();
    return new EnergyRegisters(total.isPresent() ? total : sumOfAll, List.of(byTariff));
  }

  ReactivePower reactive() {
    OptionalLong fromGrid = values.number(CosemObject.REACTIVE_IMPORT, Dimension.REACTIVE_POWER);
    OptionalLong toGrid = values.number(CosemObject.REACTIVE_EXPORT, Dimension.REACTIVE_POWER);
    OptionalLong net =
        fromGrid.isEmpty() && toGrid.isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(fromGrid.orElse(0) - toGrid.orElse(0));
    return new ReactivePower(
        net,
        values.number(CosemObject.REACTIVE_ENERGY_IMPORT, Dimension.REACTIVE_ENERGY),
        values.number(CosemObject.REACTIVE_ENERGY_EXPORT, Dimension.REACTIVE_ENERGY));
  }

  Demand demand() {
    OptionalLong now = values.number(CosemObject.DEMAND_NOW, Dimension.POWER);
    Optional<Demand.Peak> monthPeak = peak(CosemObject.MONTH_PEAK.slot(), 0);
    List<Demand.MonthPeak> history = peakHistory();
    return now.isEmpty() && monthPeak.isEmpty() && history.isEmpty()
        ? Demand.NONE
        : new Demand(now, monthPeak, history);
  }

  /** A time in bracket {@code n} and its power in the next. */
  private Optional<Demand.Peak> peak(int slot, int n) {
    OptionalLong milliWatt = values.number(slot, n + 1, Dimension.POWER);
    return milliWatt.isPresent()
        ? Optional.of(new Demand.Peak(values.instant(slot, n), milliWatt.getAsLong()))
        : Optional.empty();
  }

  /** Belgium: count, two codes, then month end, time and power per month. Hungary's is another. */
  private List<Demand.MonthPeak> peakHistory() {
    int slot = CosemObject.PEAK_HISTORY.slot();
    boolean belgian =
        lines.count(slot) > 3 && values.is(slot, 1, "1-0:1.6.0") && values.is(slot, 2, "1-0:1.6.0");
    if (!belgian) {
      return List.of();
    }
    byte[] in = lines.buffer();
    int from = lines.start(slot, 0);
    int to = lines.lastEnd(slot);
    List<Demand.MonthPeak> known = memory.peakHistory.recall(in, from, to);
    return known != null ? known : memory.peakHistory.remember(in, from, to, readPeakHistory());
  }

  private List<Demand.MonthPeak> readPeakHistory() {
    int slot = CosemObject.PEAK_HISTORY.slot();
    List<Demand.MonthPeak> history = new ArrayList<>(HISTORY_MAX);
    for (int n = 3; n + 2 < lines.count(slot) && history.size() < HISTORY_MAX; n += 3) {
      Optional<Instant> monthEnd = values.instant(slot, n);
      Optional<Demand.Peak> peak = peak(slot, n + 1);
      if (peak.isPresent()) {
        history.add(new Demand.MonthPeak(monthEnd, peak.get()));
      }
    }
    return List.copyOf(history);
  }
}
