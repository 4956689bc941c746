// SPDX-License-Identifier: Apache-2.0
package io.energydongle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.config.MeterSettings;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.Samples;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Captures from public sources beside the project, against values that another decoder made of
 * them. Skipped, loudly, where they are absent.
 */
class PublicCapturesTest {

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuMMddHHmmss");

  /** Wiring as the table of the captures and {@code p1.md} section 4 give it. */
  private static final Map<String, String> WIRING =
      Map.ofEntries(
          Map.entry("be-emucs-3x230-wim.txt", "3x230"),
          Map.entry("be-emucs17-3x230-peak13.txt", "3x230"),
          Map.entry("be-emucs13-sagemcom-1ph.txt", "1N"),
          Map.entry("be-emucs17-sagemcom-1ph-peak-empty.txt", "1N"),
          Map.entry("lu-smarty-spec.txt", "1N"),
          Map.entry("nl-dsmr40-kaifa-1ph.txt", "1N"),
          Map.entry("nl-dsmr40-landisgyr-no-phase.txt", "1N"),
          Map.entry("nl-dsmr42-kaifa-1ph-failure-max.txt", "1N"),
          Map.entry("nl-dsmr42-kaifa-1ph-smartmeter2mqtt.txt", "1N"),
          Map.entry("nl-dsmr42-landisgyr-1ph.txt", "1N"),
          Map.entry("nl-dsmr50-iskra-1ph-failures.txt", "1N"),
          Map.entry("nl-dsmr50-sagemcom-xs210-1ph.txt", "1N"),
          // Nothing per phase in the telegram, so nothing can be said.
          Map.entry("at-steiermark-sagemcom-wh.txt", ""),
          Map.entry("nl-dsmr22-iskra-mt382-1003.txt", ""),
          Map.entry("nl-dsmr22-iskra-mt382-1004.txt", ""),
          Map.entry("nl-dsmr22-kamstrup-zabf001587.txt", ""),
          Map.entry("nl-dsmr22-xemex-status2c.txt", ""),
          Map.entry("nl-dsmr30-spec.txt", ""),
          Map.entry("nl-warmtelink-heat-gj.txt", ""),
          Map.entry("pl-stoen-elgama-g15.txt", ""));

  private final List<String> differences = new ArrayList<>();
  private String file = "";

  @Test
  void all_telegrams_decode_to_the_expected_values_without_any_setting() {
    Path folder = Samples.shared();
    JsonNode all = Samples.json(folder.resolve("expected.json"));
    assertThat(all.size()).isEqualTo(50);
    all.properties()
        .forEach(
            entry -> {
              file = entry.getKey();
              Decoded decoded = Decoded.of(Samples.bytes(folder.resolve(file)));
              if (decoded.snapshots.size() == 1 && decoded.rejections.isEmpty()) {
                compare(entry.getValue(), decoded.reading());
                compareSkipped(entry.getValue(), decoded);
              } else {
                differences.add(file + ": not accepted: " + decoded.rejections);
              }
            });
    assertThat(differences).isEmpty();
  }

  private void compare(JsonNode expected, JsonNode reading) {
    same("ident", text(expected, "ident"), text(reading.path("meter"), "ident"));
    same("version", text(expected, "p1_version"), text(reading.path("meter"), "version"));
    same("wiring", WIRING.getOrDefault(file, "3N400"), reading.path("wiring").asText(""));
    same("meter_ts", instant(text(expected, "meter_time")), text(reading, "meter_ts"));
    sameNumber("power", expected.path("power_total_w"), reading.path("power_w"));
    sameNumber("import", expected.path("power_import_w"), reading.path("power_import_w"));
    sameNumber("export", expected.path("power_export_w"), reading.path("power_export_w"));
    sameNumber("tariff", expected.path("tariff"), reading.path("tariff"));
    for (int phase = 1; phase <= 3; phase++) {
      JsonNode values = expected.path("L" + phase);
      JsonNode read = reading.path("phases").path(phase - 1);
      for (String name : List.of("power_w", "voltage_v", "current_a")) {
        sameNumber("L" + phase + " " + name, values.path(name), read.path(name));
      }
    }
    if (text(expected, "equipment_id") != null) {
      same("id", text(expected, "equipment_id"), text(reading.path("meter"), "id"));
    }
    expected.fieldNames().forEachRemaining(name -> compareEnergy(name, expected, reading));
    compareDemand(expected, reading.path("demand"));
    compareMbus(expected.path("mbus"), reading.path("mbus"));
    if (expected.has("breaker")) {
      sameNumber("breaker", expected.path("breaker"), reading.at("/grid/breaker"));
    }
  }

  private void compareEnergy(String name, JsonNode expected, JsonNode reading) {
    if (!name.startsWith("energy_")) {
      return;
    }
    // energy_1.8.2_kwh
    String direction = name.charAt(7) == '1' ? "energy_import_wh" : "energy_export_wh";
    String register = name.charAt(11) == '0' ? "total" : "t" + name.charAt(11);
    BigDecimal wattHour = new BigDecimal(expected.path(name).asText()).movePointRight(3);
    JsonNode read = reading.path(direction).path(register);
    if (!read.isNumber() || read.decimalValue().compareTo(wattHour) != 0) {
      differences.add(file + " " + name + ": expected " + wattHour + " Wh, got " + read);
    }
  }

  private void compareDemand(JsonNode expected, JsonNode demand) {
    sameNumber("demand now", expected.path("demand_now_w"), demand.path("now_w"));
    JsonNode peak = expected.path("demand_month_peak");
    sameNumber("month peak", peak.path("w"), demand.path("month_peak_w"));
    same("month peak at", instant(text(peak, "time")), text(demand, "month_peak_ts"));
    JsonNode records = expected.path("demand_history").path("records");
    same("peak history", records.size(), demand.path("history").size());
    for (int i = 0; i < records.size(); i++) {
      JsonNode read = demand.path("history").path(i);
      sameNumber("peak " + i, records.get(i).path("w"), read.path("peak_w"));
      same("peak at " + i, instant(text(records.get(i), "peak_time")), text(read, "peak_ts"));
    }
  }

  private void compareMbus(JsonNode expected, JsonNode read) {
    same("number of M-Bus devices", expected.size(), read.size());
    for (int i = 0; i < expected.size(); i++) {
      JsonNode device = expected.get(i);
      String name = "M-Bus " + device.path("channel").asText() + " ";
      sameNumber(name + "channel", device.path("channel"), read.path(i).path("channel"));
      sameNumber(name + "type", device.path("type"), read.path(i).path("type"));
      sameNumber(name + "valve", device.path("valve"), read.path(i).path("valve"));
      same(name + "time", instant(text(device, "time")), text(read.path(i), "ts"));
      if (text(device, "id") != null) {
        same(name + "id", text(device, "id"), text(read.path(i), "id"));
      }
      String[] value = device.path("value").asText("").split("\\*", -1);
      boolean reads = value.length == 2;
      same(name + "unit", reads ? value[1] : null, text(read.path(i), "unit"));
      same(
          name + "value",
          reads ? new BigDecimal(value[0]).stripTrailingZeros() : null,
          read.path(i).has("value")
              ? read.path(i).path("value").decimalValue().stripTrailingZeros()
              : null);
    }
  }

  private void compareSkipped(JsonNode expected, Decoded decoded) {
    same("skipped lines", expected.path("lines_skipped").size(), decoded.dropped.size());
  }

  private void same(String what, @Nullable Object expected, @Nullable Object actual) {
    if (!Objects.equals(expected, actual)) {
      differences.add(file + " " + what + ": expected " + expected + ", got " + actual);
    }
  }

  private void sameNumber(String what, JsonNode expected, JsonNode actual) {
    boolean nothing = expected.isNull() || expected.isMissingNode() || expected.asText().isEmpty();
    if (nothing && actual.isMissingNode()) {
      return;
    }
    boolean same =
        !nothing
            && actual.isNumber()
            && new BigDecimal(expected.asText()).compareTo(actual.decimalValue()) == 0;
    if (!same) {
      differences.add(file + " " + what + ": expected " + expected + ", got " + actual);
    }
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isTextual() ? value.textValue() : null;
  }

  /** What a stamp means by {@code p1.md} section 6, written as the reading writes it. */
  private static @Nullable String instant(@Nullable String stamp) {
    boolean placeholder =
        stamp == null
            || stamp.startsWith("6325")
            || stamp.startsWith("000000")
            || stamp.startsWith("000101")
            || stamp.startsWith("700101");
    if (placeholder) {
      return null;
    }
    LocalDateTime local = LocalDateTime.parse(stamp.substring(0, 12), STAMP);
    Instant instant =
        stamp.length() == 12
            ? local.atZone(ZoneId.of("Europe/Amsterdam")).toInstant()
            : local.toInstant(ZoneOffset.ofHours(stamp.endsWith("S") ? 2 : 1));
    return instant.toString();
  }

  @Test
  void the_stream_gives_all_54_telegrams_in_pieces_of_any_size() {
    byte[] stream =
        Samples.bytes(Samples.shared().resolve("streams/nl-dsmr50-sagemcom-t210d-53s.raw"));
    List<JsonNode> whole = Decoded.of(stream).readings();
    assertThat(whole).hasSize(54);
    for (int length = 1; length <= 4096; length++) {
      Decoded pieces = Decoded.of(stream, length, MeterSettings.DEFAULT);
      assertThat(pieces.snapshots).as("pieces of %d", length).hasSize(54);
      if (length % 64 < 2) {
        assertThat(pieces.readings()).as("pieces of %d", length).isEqualTo(whole);
      }
    }
  }

  @Test
  void bad_captures_give_the_reaction_that_their_table_names() {
    Path bad = Samples.shared().resolve("bad");
    reaction(bad, "real-corrupted-digits.txt", 0, "checksum-mismatch");
    reaction(bad, "real-overflow-three-frames.txt", 0, "checksum-mismatch");
    reaction(bad, "real-text-message-with-slash.txt", 0, "truncated");
    reaction(bad, "derived-digit-flip.txt", 0, "checksum-mismatch");
    reaction(bad, "derived-half-then-full.txt", 1);
    reaction(bad, "derived-truncated-then-full.txt", 1, "truncated");
    reaction(bad, "derived-nul-and-ff-noise.txt", 2);
    reaction(bad, "derived-m3-superscript-valid-crc.txt", 1);
    reaction(bad, "derived-text-ff-valid-crc.txt", 1);
    reaction(bad, "derived-crc-without-leading-zero.txt", 1);
    reaction(bad, "derived-lowercase-crc.txt", 1);
    reaction(bad, "derived-7e1-read-as-8n1.bin", 1);
    reaction(bad, "derived-lf-only.txt", 0, "checksum-mismatch");
    reaction(bad, "derived-inverted-bytes.bin", 0);
    assertThat(Samples.files(bad)).hasSize(14);
  }

  private static void reaction(Path folder, String name, int accepted, String... reasons) {
    Decoded decoded = Decoded.of(Samples.bytes(folder.resolve(name)));
    assertThat(decoded.snapshots).as(name).hasSize(accepted);
    assertThat(decoded.reasons()).as(name).containsExactly(reasons);
  }
}
