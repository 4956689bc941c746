// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What one answer of the gateway says, whatever the protocol.
 *
 * @param volt of L1, L2, L3.
 * @param ampere of L1, L2, L3.
 * @param watt of L1, L2, L3, import minus export.
 * @param totalWatt import minus export.
 * @param wattHour counter of imported energy; empty where the answer does not hold it.
 */
record Said(
    List<Double> volt,
    List<Double> ampere,
    List<Double> watt,
    double totalWatt,
    OptionalLong wattHour) {

  /** Says of the counters that a damaged frame lacks them; see docs/reference/reading.md. */
  private static final String OF_EARLIER_TELEGRAM = "energy-carried-over";

  Said {
    volt = List.copyOf(volt);
    ampere = List.copyOf(ampere);
    watt = List.copyOf(watt);
  }

  /** What a telegram of that number has to say. */
  static Said expected(SoakMeter meter, long number) {
    List<Double> volt = new ArrayList<>();
    List<Double> ampere = new ArrayList<>();
    List<Double> watt = new ArrayList<>();
    for (int phase = 0; phase < SoakMeter.PHASES; phase++) {
      volt.add(meter.deciVolt(number, phase) / 10.0);
      ampere.add(meter.milliAmpere(number, phase) / 1_000.0);
      watt.add((double) meter.watt(number, phase));
    }
    return new Said(
        volt, ampere, watt, meter.totalWatt(number), OptionalLong.of(meter.wattHour(number)));
  }

  /**
   * Float32 registers of one answer, most significant word first.
   *
   * @param hex the registers from {@code first} on.
   */
  static Said ofRegisters(String hex, int first, int volts, int amperes, int watts, int totalWatt) {
    return new Said(
        three(hex, volts - first),
        three(hex, amperes - first),
        three(hex, watts - first),
        at(hex, totalWatt - first),
        OptionalLong.empty());
  }

  private static List<Double> three(String hex, int register) {
    return List.of(at(hex, register), at(hex, register + 2), at(hex, register + 4));
  }

  private static double at(String hex, int register) {
    int from = register * 4;
    return Float.intBitsToFloat((int) Long.parseLong(hex.substring(from, from + 8), 16));
  }

  /**
   * The reading of HTTP and MQTT; what is absent there is not a number here, and a counter that is
   * said to be an earlier one is left out.
   */
  static Said ofReading(JsonNode reading) {
    List<Double> volt = new ArrayList<>();
    List<Double> ampere = new ArrayList<>();
    List<Double> watt = new ArrayList<>();
    for (JsonNode phase : reading.path("phases")) {
      volt.add(number(phase, "voltage_v"));
      ampere.add(number(phase, "current_a"));
      watt.add(number(phase, "power_w"));
    }
    JsonNode counter = reading.at("/energy_import_wh/t1");
    boolean own = counter.isNumber();
    for (JsonNode note : reading.path("notes")) {
      own &= !note.asText().equals(OF_EARLIER_TELEGRAM);
    }
    return new Said(
        volt,
        ampere,
        watt,
        number(reading, "power_w"),
        own ? OptionalLong.of(counter.asLong()) : OptionalLong.empty());
  }

  private static double number(JsonNode node, String name) {
    return node.path(name).isNumber() ? node.path(name).asDouble() : Double.NaN;
  }

  /** True when everything that both say is the same. */
  boolean agreesWith(Said other) {
    boolean counters =
        wattHour.isEmpty() || other.wattHour.isEmpty() || wattHour.equals(other.wattHour);
    return counters
        && same(volt, other.volt)
        && same(ampere, other.ampere)
        && same(watt, other.watt)
        && Math.abs(totalWatt - other.totalWatt) < TOLERANCE;
  }

  /** Far less than the last digit that a meter sends. */
  private static final double TOLERANCE = 0.01;

  private static boolean same(List<Double> some, List<Double> others) {
    boolean same = some.size() == others.size();
    for (int i = 0; same && i < some.size(); i++) {
      same = Math.abs(some.get(i) - others.get(i)) < TOLERANCE;
    }
    return same;
  }

  @Override
  public String toString() {
    String counter = wattHour.isPresent() ? " " + wattHour.getAsLong() + " Wh" : "";
    return String.format(Locale.ROOT, "%s V %s A %s W sum %.1f W", volt, ampere, watt, totalWatt)
        + counter;
  }
}
