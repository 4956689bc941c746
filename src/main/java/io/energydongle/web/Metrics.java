// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Phase;
import io.energydongle.status.MeterStatus;
import io.energydongle.web.Surroundings.Client;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;

/** Figures in the text form of Prometheus. Values that the meter does not send have no line. */
final class Metrics {

  private final StringBuilder text = new StringBuilder(2048);

  private Metrics() {}

  static String of(Surroundings surroundings, Optional<MeterSnapshot> snapshot, long nowNanos) {
    Metrics metrics = new Metrics();
    snapshot.ifPresent(s -> metrics.addReading(s, nowNanos));
    metrics.addMeter(surroundings.meter());
    metrics.addModbus(surroundings.modbus());
    return metrics.text.toString();
  }

  private void addReading(MeterSnapshot snapshot, long nowNanos) {
    double age = snapshot.reception().age(nowNanos).toMillis() / 1000.0;
    gauge("energy_dongle_reading_age_seconds", "Age of the newest reading.");
    line("", age);
    if (snapshot.netMilliWatt().isPresent()) {
      gauge("energy_dongle_power_watts", "Import minus export of the connection.");
      line("", snapshot.netMilliWatt().getAsLong() / 1e3);
    }
    gauge("energy_dongle_phase_voltage_volts", "Voltage of a phase.");
    eachPhase(snapshot, Phase::milliVolt);
    gauge("energy_dongle_phase_current_amperes", "Current of a phase.");
    eachPhase(snapshot, Phase::milliAmpere);
    if (snapshot.energyImport().totalMicroWattHour().isPresent()) {
      counter("energy_dongle_energy_import_watt_hours_total", "Energy taken from the grid.");
      line("", snapshot.energyImport().totalMicroWattHour().getAsLong() / 1e6);
    }
    if (snapshot.energyExport().totalMicroWattHour().isPresent()) {
      counter("energy_dongle_energy_export_watt_hours_total", "Energy fed into the grid.");
      line("", snapshot.energyExport().totalMicroWattHour().getAsLong() / 1e6);
    }
  }

  private void eachPhase(MeterSnapshot snapshot, Function<Phase, OptionalInt> milli) {
    for (int number = 1; number <= snapshot.phases().size(); number++) {
      OptionalInt value = milli.apply(snapshot.phase(number));
      if (value.isPresent()) {
        line("{phase=\"L" + number + "\"}", value.getAsInt() / 1e3);
      }
    }
  }

  private void addMeter(MeterStatus meter) {
    counter("energy_dongle_telegrams_total", "Telegrams accepted.");
    line("", (double) meter.counters().telegrams());
    counter("energy_dongle_rejected_total", "Telegrams, and parts of them, not used.");
    for (Map.Entry<String, Long> entry : new TreeMap<>(meter.counters().rejected()).entrySet()) {
      line("{reason=\"" + entry.getKey() + "\"}", (double) entry.getValue());
    }
  }

  private void addModbus(Surroundings.Modbus modbus) {
    counter("energy_dongle_modbus_requests_total", "Modbus requests answered.");
    for (Client client : modbus.clients()) {
      line("{client=\"" + client.address() + "\"}", (double) client.requests());
    }
  }

  private String name = "";

  private void gauge(String newName, String help) {
    head(newName, help, "gauge");
  }

  private void counter(String newName, String help) {
    head(newName, help, "counter");
  }

  private void head(String newName, String help, String type) {
    name = newName;
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(String labels, double value) {
    String number =
        value == Math.rint(value) && Math.abs(value) < 1e15
            ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.6f", value).replaceFirst("0+$", "");
    text.append(name).append(labels).append(' ').append(number).append('\n');
  }
}
