// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The register maps as a master knows them, from a table of its own ({@code registers.txt}), and a
 * decoder that shares nothing with the encoder.
 */
final class PublishedMaps {

  /** A value of a map. */
  record Row(
      String map,
      boolean lowFirst,
      int address,
      String type,
      BigDecimal factor,
      String what,
      List<Integer> absent) {

    int registers() {
      return Integer.parseInt(type.substring(1)) / 16;
    }

    /** What registers say, in the units of the register. */
    BigDecimal decode(List<Integer> words) {
      BigInteger bits = BigInteger.ZERO;
      for (int i = 0; i < words.size(); i++) {
        int word = words.get(lowFirst ? words.size() - 1 - i : i);
        bits = bits.shiftLeft(16).or(BigInteger.valueOf(word));
      }
      int width = 16 * words.size();
      return switch (type.charAt(0)) {
        case 'u' -> new BigDecimal(bits);
        case 's' ->
            new BigDecimal(
                bits.testBit(width - 1) ? bits.subtract(BigInteger.ONE.shiftLeft(width)) : bits);
        default ->
            width == 32
                ? new BigDecimal((double) Float.intBitsToFloat(bits.intValue()))
                : new BigDecimal(Double.longBitsToDouble(bits.longValue()));
      };
    }

    /** The smallest step of the register at a value. */
    BigDecimal resolution(BigDecimal value) {
      if (type.equals("f32")) {
        return new BigDecimal((double) Math.ulp(value.floatValue()));
      }
      return type.equals("f64") ? new BigDecimal("1e-6") : BigDecimal.ONE;
    }
  }

  private PublishedMaps() {}

  static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    String map = "";
    boolean lowFirst = false;
    for (String line : Files.readAllLines(Path.of("src/test/resources/registers.txt"))) {
      String[] words = line.strip().split("\\s+");
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (words[0].equals("map")) {
        map = words[1];
        lowFirst = words[2].equals("low");
        continue;
      }
      int address = Integer.decode(words[0]);
      List<String> all = List.of(words).subList(4, words.length);
      int absentAt = all.indexOf("absent");
      List<Integer> absent =
          absentAt < 0
              ? List.of()
              : all.subList(absentAt + 1, all.size()).stream()
                  .map(word -> Integer.parseInt(word, 16))
                  .toList();
      for (String what : absentAt < 0 ? all : all.subList(0, absentAt)) {
        BigDecimal factor = new BigDecimal(words[3]);
        rows.add(new Row(map, lowFirst, address, words[2], factor, what, absent));
        address += Integer.parseInt(words[1]);
      }
    }
    return rows;
  }

  /** What a reading says, in SI units; empty when it does not. */
  static Optional<BigDecimal> value(JsonNode reading, String what) {
    char end = what.charAt(what.length() - 1);
    JsonNode phase = reading.path("phases").path(end - '1');
    return switch (what) {
      case "U1", "U2", "U3" -> number(phase.path("voltage_v"));
      case "I1", "I2", "I3" -> number(phase.path("current_a"));
      case "P1", "P2", "P3" -> phasePower(reading, end);
      case ">P1", ">P2", ">P3" -> phasePower(reading, end).map(p -> p.max(BigDecimal.ZERO));
      case "<P1", "<P2", "<P3" ->
          phasePower(reading, end).map(p -> p.negate().max(BigDecimal.ZERO));
      case "P" -> number(reading.path("power_w"));
      case ">P" -> number(reading.path("power_w")).map(p -> p.max(BigDecimal.ZERO));
      case "<P" -> number(reading.path("power_w")).map(p -> p.negate().max(BigDecimal.ZERO));
      case "Q" -> number(reading.path("reactive_power_var"));
      case ">Q" -> number(reading.path("reactive_power_var")).map(q -> q.max(BigDecimal.ZERO));
      case "<Q" ->
          number(reading.path("reactive_power_var")).map(q -> q.negate().max(BigDecimal.ZERO));
      case "S" -> apparentPower(reading);
      case "U" -> mean(reading, "voltage_v");
      case "I" -> mean(reading, "current_a");
      case "SI" -> sum(reading, "current_a");
      case "E>" -> number(reading.path("energy_import_wh").path("total"));
      case "E<" -> number(reading.path("energy_export_wh").path("total"));
      case "E" -> {
        Optional<BigDecimal> one = value(reading, "E>");
        Optional<BigDecimal> other = value(reading, "E<");
        yield one.isPresent() && other.isPresent()
            ? Optional.of(one.get().add(other.get()))
            : Optional.empty();
      }
      case "E>1", "E>2" -> number(reading.path("energy_import_wh").path("t" + end));
      case "E<1", "E<2" -> number(reading.path("energy_export_wh").path("t" + end));
      case "gas", "water" -> number(reading.path(what).path("volume_m3"));
      default -> throw new IllegalArgumentException(what);
    };
  }

  /** On one phase the power of the connection is that of L1: {@code p1.md} section 4. */
  private static Optional<BigDecimal> phasePower(JsonNode reading, char phase) {
    Optional<BigDecimal> own = number(reading.path("phases").path(phase - '1').path("power_w"));
    boolean one = phase == '1' && reading.path("wiring").asText().equals("1N");
    return own.isEmpty() && one ? number(reading.path("power_w")) : own;
  }

  /** "TIC apparent power if sent": {@code modbus.md} 2.1; the reading marks it by a note. */
  private static Optional<BigDecimal> apparentPower(JsonNode reading) {
    for (JsonNode note : reading.path("notes")) {
      if (note.asText().equals("apparent-power")) {
        return number(reading.path("power_w")).map(BigDecimal::abs);
      }
    }
    return Optional.empty();
  }

  private static Optional<BigDecimal> mean(JsonNode reading, String key) {
    List<JsonNode> all = reading.path("phases").findValues(key);
    return sum(reading, key)
        .map(s -> s.divide(BigDecimal.valueOf(all.size()), java.math.MathContext.DECIMAL64));
  }

  private static Optional<BigDecimal> sum(JsonNode reading, String key) {
    return reading.path("phases").findValues(key).stream()
        .map(JsonNode::decimalValue)
        .reduce(BigDecimal::add);
  }

  private static Optional<BigDecimal> number(JsonNode node) {
    return node.isNumber() ? Optional.of(node.decimalValue()) : Optional.empty();
  }
}
