// SPDX-License-Identifier: Apache-2.0
package io.energydongle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Captures from public sources beside the project, against values that another program worked out
 * by the rules of {@code tic.md} section 6. Skipped, loudly, where they are absent.
 */
class TicCapturesTest {

  private final List<String> differences = new ArrayList<>();
  private String file = "";

  @Test
  void all_captures_give_the_expected_readings_and_groups() {
    Path folder = Samples.sharedTic();
    JsonNode all = Samples.json(Samples.OWN_TIC.resolve("public-captures.json"));
    assertThat(Samples.files(folder).stream().filter(f -> f.toString().endsWith(".txt")).count())
        .isEqualTo(all.size());
    all.properties()
        .forEach(
            entry -> {
              file = entry.getKey();
              Decoded decoded = Decoded.of(Samples.bytes(folder.resolve(file)));
              JsonNode expected = entry.getValue();
              same("readings", expected.path("readings").intValue(), decoded.snapshots.size());
              same("good groups", expected.path("good_groups").longValue(), decoded.goodGroups);
              List<JsonNode> readings = decoded.readings();
              if (!readings.isEmpty()) {
                compare(expected.path("first"), readings.get(0));
                compare(expected.path("last"), readings.get(readings.size() - 1));
              }
            });
    assertThat(differences).isEmpty();
  }

  /** The table of the captures names how many groups of which capture are damaged. */
  @Test
  void damaged_groups_are_counted_and_named() {
    Path folder = Samples.sharedTic();
    damaged(folder, "standard-mono-hchp-bad-pcoup-checksum.txt", 1);
    damaged(folder, "standard-mono-base-producer-surplus.txt", 2);
    damaged(folder, "standard-mono-tempo-consumer-peak-notice.txt", 1);
    damaged(folder, "standard-three-base-consumer-bogus-sinsts.txt", 2);
    damaged(folder, "standard-three-hchp-overload-lost-characters-partial.txt", 7);
    damaged(folder, "historical-three-base-damaged-ppot.txt", 1);
  }

  private static void damaged(Path folder, String name, int count) {
    Decoded decoded = Decoded.of(Samples.bytes(folder.resolve(name)));
    assertThat(decoded.dropped)
        .as(name)
        .hasSize(count)
        .allMatch(r -> r.reason().code().equals("checksum-mismatch"));
  }

  private void compare(JsonNode expected, JsonNode reading) {
    same("protocol", expected.path("protocol").asText(), reading.at("/meter/protocol").asText());
    same("id", text(expected.path("id")), text(reading.at("/meter/id")));
    same("wiring", expected.path("wiring").asText(), reading.path("wiring").asText());
    sameNumber("power", expected.path("power_w"), reading.path("power_w"));
    sameNumber("energy", expected.path("energy_wh"), reading.at("/energy_import_wh/total"));
    sameNumber("export", expected.path("export_wh"), reading.at("/energy_export_wh/total"));
    IntStream.range(0, expected.path("irms_a").size())
        .forEach(
            i -> {
              JsonNode phase = reading.path("phases").path(i);
              if (expected.has("phase_w")) {
                sameNumber("L" + i + " W", expected.path("phase_w").get(i), phase.path("power_w"));
                sameNumber(
                    "L" + i + " V", expected.path("voltage_v").get(i), phase.path("voltage_v"));
              }
              // Finer than the whole amperes, but never further than one from them.
              double apart =
                  Math.abs(
                      expected.path("irms_a").get(i).doubleValue()
                          - phase.path("current_a").doubleValue());
              if (apart > 1) {
                differences.add(file + " L" + i + " A: " + phase.path("current_a"));
              }
            });
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }

  private void same(String what, @Nullable Object expected, @Nullable Object actual) {
    if (!Objects.equals(expected, actual)) {
      differences.add(file + " " + what + ": expected " + expected + ", got " + actual);
    }
  }

  private void sameNumber(String what, JsonNode expected, JsonNode actual) {
    boolean bothAbsent = expected.isMissingNode() && actual.isMissingNode();
    boolean same =
        expected.isNumber()
            && actual.isNumber()
            && expected.decimalValue().compareTo(actual.decimalValue()) == 0;
    if (!bothAbsent && !same) {
      differences.add(file + " " + what + ": expected " + expected + ", got " + actual);
    }
  }
}
