// SPDX-License-Identifier: Apache-2.0
package io.energydongle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.config.MeterSettings;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.JsonDifference;
import io.energydongle.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our own telegrams, one of every kind, against values written down beside them. */
class OwnSamplesTest {

  private static final JsonNode EXPECTED = Samples.json(Samples.OWN.resolve("expected.json"));

  @Test
  void every_sample_decodes_to_exactly_the_values_written_down() {
    List<String> differences = new ArrayList<>();
    EXPECTED
        .properties()
        .forEach(
            sample -> {
              Decoded decoded = Decoded.of(Samples.own(sample.getKey() + ".telegram"));
              JsonDifference.between(sample.getValue(), decoded.reading())
                  .forEach(d -> differences.add(sample.getKey() + d));
              assertThat(decoded.rejections).as(sample.getKey()).isEmpty();
            });
    assertThat(differences).isEmpty();
  }

  @Test
  void every_sample_has_values_written_down() {
    List<String> samples =
        Samples.files(Samples.OWN).stream()
            .map(f -> f.getFileName().toString())
            .filter(n -> n.endsWith(".telegram"))
            .map(n -> n.replace(".telegram", ""))
            .toList();
    List<String> expected = new ArrayList<>();
    EXPECTED.fieldNames().forEachRemaining(expected::add);
    assertThat(samples).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void lines_and_values_that_cannot_be_used_are_named_with_their_place() {
    Decoded decoded = Decoded.of(Samples.own("xx-odd-values.telegram"));
    String text = new String(Samples.own("xx-odd-values.telegram"), StandardCharsets.ISO_8859_1);
    assertThat(decoded.dropped)
        .extracting(r -> r.reason().code() + "@" + r.offset())
        .containsExactlyInAnyOrder(
            "malformed-line@" + text.indexOf("this is no data line"),
            "malformed-line@" + text.indexOf("1-0:99:97.0"),
            "malformed-line@" + text.indexOf("1-0:12.7.0(broken"),
            "implausible-value@" + text.indexOf("999.9*V"),
            "malformed-value@" + text.indexOf("abc"));
  }

  @Test
  void pieces_of_any_size_give_the_same_readings() {
    for (Path file : Samples.files(Samples.OWN)) {
      if (!file.toString().endsWith(".telegram")) {
        continue;
      }
      byte[] telegram = Samples.bytes(file);
      List<JsonNode> whole = Decoded.of(telegram).readings();
      for (int length = 1; length < telegram.length; length++) {
        assertThat(Decoded.of(telegram, length, MeterSettings.DEFAULT).readings())
            .as("%s in pieces of %d", file, length)
            .isEqualTo(whole);
      }
    }
  }
}
