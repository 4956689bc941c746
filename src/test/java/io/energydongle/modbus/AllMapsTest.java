// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ghgande.j2mod.modbus.procimg.Register;
import io.energydongle.modbus.PublishedMaps.Row;
import io.energydongle.reading.ReadingJson;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.Samples;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every map against what its meter shows: {@code registers.txt}, over every telegram there is. */
class AllMapsTest {

  private static RegisterMap map(String id) {
    return new RegisterMap(
        TemplateFile.builtIn(id).orElseThrow(), new Installation("EDTEST23", 25));
  }

  private static List<Integer> words(RegisterImage image, int first, int count) {
    return Arrays.stream(image.range(first, count)).map(Register::getValue).toList();
  }

  @Test
  void every_value_of_every_map_is_right_over_all_telegrams() throws Exception {
    List<Row> rows = PublishedMaps.rows();
    Map<String, RegisterMap> maps = new HashMap<>();
    TemplateFile.BUILT_IN.forEach(id -> maps.put(id, map(id)));
    Set<String> seen = new HashSet<>();
    int telegrams = 0;
    List<Path> files =
        Stream.concat(Samples.allTelegrams().stream(), Samples.allTicFrames().stream()).toList();
    for (Path file : files) {
      for (MeterSnapshot snapshot : Decoded.of(Samples.bytes(file)).snapshots) {
        if (!snapshot.fitForControl()) {
          continue;
        }
        telegrams++;
        JsonNode reading = Samples.JSON.readTree(ReadingJson.toBytes(snapshot));
        Map<String, RegisterImage> images = new HashMap<>();
        maps.forEach((id, map) -> images.put(id, map.encode(snapshot)));
        for (Row row : rows) {
          check(
              row,
              java.util.Objects.requireNonNull(images.get(row.map())),
              reading,
              file.getFileName().toString());
          if (!row.what().startsWith("=") && PublishedMaps.value(reading, row.what()).isPresent()) {
            seen.add(row.map() + " " + row.what());
          }
        }
      }
    }
    assertThat(telegrams).isGreaterThan(30);
    assertThat(rows.stream().map(Row::map).collect(Collectors.toSet()))
        .as("the table knows every map")
        .containsExactlyInAnyOrderElementsOf(TemplateFile.BUILT_IN);
    assertThat(
            rows.stream()
                .filter(row -> !row.what().startsWith("="))
                .map(row -> row.map() + " " + row.what())
                .filter(name -> !seen.contains(name)))
        .as("values that no telegram has")
        .isEmpty();
  }

  private static void check(Row row, RegisterImage image, JsonNode reading, String file) {
    String what = file + ": " + row;
    List<Integer> words = words(image, row.address(), row.registers());
    if (row.what().startsWith("=")) {
      assertThat(row.decode(words)).as(what).isEqualByComparingTo(row.what().substring(1));
      return;
    }
    Optional<BigDecimal> expected = PublishedMaps.value(reading, row.what());
    if (expected.isEmpty()) {
      List<Integer> absent = new ArrayList<>(row.absent());
      while (absent.size() < row.registers()) {
        absent.add(0);
      }
      assertThat(words).as(what + " is absent").isEqualTo(absent);
      return;
    }
    BigDecimal wanted = expected.get().multiply(row.factor());
    assertThat(row.decode(words).subtract(wanted).abs())
        .as(what + " wants " + wanted + ", got " + row.decode(words))
        .isLessThanOrEqualTo(row.resolution(wanted));
  }

  @Test
  void texts_by_which_masters_know_the_meter_stand_where_they_look() {
    MeterSnapshot any = Decoded.of(Samples.own("nl-dsmr50-3ph.telegram")).snapshots.get(0);
    assertThat(text("socomec-countis", any, 0xC38A, 8)).isEqualTo("COUNTIS E27");
    assertThat(text("iem3155", any, 49, 20)).isEqualTo("iEM3155");
    assertThat(text("iem3155", any, 69, 20)).isEqualTo("Schneider Electric");
    assertThat(text("em24-ethernet", any, 0x5000, 7)).isEqualTo("EDTEST23");
    assertThat(text("fronius-213", any, 40004, 16)).isEqualTo("Fronius");
    assertThat(text("fronius-213", any, 40020, 16)).startsWith("Smart Meter");
    assertThat(text("fronius-213", any, 40052, 16)).isEqualTo("EDTEST23");
    assertThat(text("abb-b23-b24", any, 0x8960, 2)).isEqualTo("B23 ");
  }

  private static String text(String map, MeterSnapshot snapshot, int first, int count) {
    StringBuilder text = new StringBuilder();
    for (int word : words(map(map).encode(snapshot), first, count)) {
      text.append((char) (word >>> 8)).append((char) (word & 0xFF));
    }
    return text.toString().replace("\0", "");
  }

  /** The walk of a SunSpec client: from one model to the next until the end. */
  @Test
  void sunspec_models_follow_one_another_to_the_end() {
    MeterSnapshot any = Decoded.of(Samples.own("nl-dsmr50-3ph.telegram")).snapshots.get(0);
    for (String id : List.of("sunspec-203", "sunspec-213", "fronius-213")) {
      RegisterImage image = map(id).encode(any);
      assertThat(words(image, 40000, 2)).isEqualTo(List.of(0x5375, 0x6E53));
      List<Integer> models = new ArrayList<>();
      int at = 40002;
      while (words(image, at, 1).get(0) != 0xFFFF) {
        models.add(words(image, at, 1).get(0));
        at += 2 + words(image, at + 1, 1).get(0);
      }
      assertThat(models).as(id).containsExactly(1, id.endsWith("203") ? 203 : 213);
      assertThat(words(image, at + 1, 1)).as(id).containsExactly(0);
    }
  }
}
