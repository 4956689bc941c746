// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Phase;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The values of a reading one by one, for {@code data/<measure>}: a name and a bare number. */
final class Measures {

  private static final int MILLI = 3;
  private static final int MICRO = 6;

  private final Map<String, String> values = new LinkedHashMap<>();

  private Measures() {}

  /** What this reading says; a measure that it does not say is missing. */
  static Map<String, String> of(MeterSnapshot snapshot) {
    Measures measures = new Measures();
    measures.put("power_w", snapshot.netMilliWatt(), MILLI);
    measures.put("power_import_w", snapshot.importMilliWatt(), MILLI);
    measures.put("power_export_w", snapshot.exportMilliWatt(), MILLI);
    int number = 1;
    for (Phase phase : snapshot.phases()) {
      measures.put("l" + number + "_voltage_v", phase.milliVolt());
      measures.put("l" + number + "_current_a", phase.milliAmpere());
      measures.put("l" + number + "_power_w", phase.netMilliWatt(), MILLI);
      number++;
    }
    measures.energy("energy_import", snapshot.energyImport());
    measures.energy("energy_export", snapshot.energyExport());
    if (snapshot.tariff().isPresent()) {
      measures.values.put("tariff", Integer.toString(snapshot.tariff().getAsInt()));
    }
    measures.volume("gas_m3", snapshot.device(Medium.GAS));
    measures.volume("water_m3", snapshot.device(Medium.WATER));
    measures.heat(snapshot.device(Medium.HEAT));
    return measures.values;
  }

  private void heat(Optional<MbusChannel> device) {
    String unit = device.flatMap(MbusChannel::unit).orElse("");
    if (device.isPresent() && (unit.equals("GJ") || unit.equals("MJ"))) {
      put("heat_gj", device.get().valueMicro(), unit.equals("GJ") ? MICRO : MICRO + MILLI);
    }
  }

  private void energy(String name, EnergyRegisters energy) {
    put(name + "_total_wh", energy.totalMicroWattHour(), MICRO);
    int tariff = 1;
    for (OptionalLong counter : energy.byTariffMicroWattHour()) {
      put(name + "_t" + tariff++ + "_wh", counter, MICRO);
    }
  }

  private void volume(String name, Optional<MbusChannel> device) {
    if (device.isPresent() && device.get().unit().equals(Optional.of("m3"))) {
      put(name, device.get().valueMicro(), MICRO);
    }
  }

  private void put(String name, OptionalInt milli) {
    if (milli.isPresent()) {
      put(name, OptionalLong.of(milli.getAsInt()), MILLI);
    }
  }

  private void put(String name, OptionalLong value, int scale) {
    if (value.isPresent()) {
      values.put(name, decimal(value.getAsLong(), scale).toPlainString());
    }
  }

  /** An integer of the smallest unit as an exact decimal. */
  static BigDecimal decimal(long value, int scale) {
    return new BigDecimal(BigDecimal.valueOf(value, scale).stripTrailingZeros().toPlainString());
  }
}
