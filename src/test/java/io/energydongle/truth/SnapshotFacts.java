// SPDX-License-Identifier: Apache-2.0
package io.energydongle.truth;

import io.energydongle.snapshot.Demand;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MeterTime;
import io.energydongle.snapshot.Phase;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a snapshot says, by the names of the plain decoders. */
final class SnapshotFacts {

  private static final int MILLI = 3;
  private static final int MICRO = 6;

  private final SortedMap<String, String> facts = new TreeMap<>();

  private SnapshotFacts() {}

  static SortedMap<String, String> of(MeterSnapshot snapshot) {
    SnapshotFacts facts = new SnapshotFacts();
    facts.put("serial", snapshot.meter().serial());
    facts.put("time", snapshot.meterTime().flatMap(MeterTime::instant));
    facts.put("tariff", snapshot.tariff(), 0);
    facts.put("import W", snapshot.importMilliWatt(), MILLI);
    facts.put("export W", snapshot.exportMilliWatt(), MILLI);
    for (int n = 1; n <= 3; n++) {
      Phase phase = snapshot.phase(n);
      facts.put("V" + n, phase.milliVolt(), MILLI);
      facts.put("A" + n, phase.milliAmpere(), MILLI);
      facts.put("W" + n, phase.netMilliWatt(), MILLI);
    }
    facts.energy("import Wh", snapshot.energyImport());
    facts.energy("export Wh", snapshot.energyExport());
    facts.demand(snapshot.demand());
    snapshot.mbus().forEach(facts::mbus);
    return facts.facts;
  }

  /** The same of a TIC frame, by the names of {@link PlainTic}. */
  static SortedMap<String, String> ofTic(MeterSnapshot snapshot) {
    SortedMap<String, String> facts = of(snapshot);
    facts.keySet().removeIf(name -> name.matches("(im|ex)port (W|Wh .*)|tariff"));
    facts.put("W", PlainP1.plain(BigDecimal.valueOf(snapshot.netMilliWatt().orElseThrow(), MILLI)));
    return facts;
  }

  private void energy(String name, EnergyRegisters energy) {
    put(name, energy.totalMicroWattHour(), MICRO);
    for (int t = 1; t <= energy.byTariffMicroWattHour().size(); t++) {
      put(name + " " + t, energy.byTariffMicroWattHour().get(t - 1), MICRO);
    }
  }

  private void demand(Demand demand) {
    put("demand W", demand.nowMilliWatt(), MILLI);
    demand.monthPeak().ifPresent(peak -> peak("peak", peak));
    int month = 0;
    for (Demand.MonthPeak each : demand.history()) {
      month++;
      peak("month " + month, each.peak());
      put("month " + month + " ends", each.monthEnd());
    }
  }

  private void peak(String name, Demand.Peak peak) {
    put(name + " W", OptionalLong.of(peak.milliWatt()), MILLI);
    put(name + " at", peak.at());
  }

  private void mbus(MbusChannel device) {
    String name = "mbus " + device.channel();
    put(name + " type", device.deviceType(), 0);
    put(name + " id", device.id());
    put(name + " at", device.time().flatMap(MeterTime::instant).map(Instant::toString));
    device.unit().ifPresent(unit -> put(name + " " + unit, device.valueMicro(), MICRO));
  }

  private void put(String name, Optional<?> value) {
    value.ifPresent(v -> facts.put(name, v.toString()));
  }

  private void put(String name, OptionalInt value, int scale) {
    value.ifPresent(v -> facts.put(name, PlainP1.plain(BigDecimal.valueOf(v, scale))));
  }

  private void put(String name, OptionalLong value, int scale) {
    value.ifPresent(v -> facts.put(name, PlainP1.plain(BigDecimal.valueOf(v, scale))));
  }
}
