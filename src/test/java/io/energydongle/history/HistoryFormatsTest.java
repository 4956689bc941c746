// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import static io.energydongle.history.Feed.ALL_FROM;
import static io.energydongle.history.Feed.ALL_TO;
import static io.energydongle.history.Feed.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFormatsTest {

  private static final String HEADER =
      "time_utc,power_w,power_min_w,power_max_w,import_wh,export_wh,gas_m3,water_m3,"
          + "import_total_wh,export_total_wh,gas_total_m3,water_total_m3,series\r\n";

  @TempDir Path dir;
  private Feed feed;

  @BeforeEach
  void open() {
    feed = new Feed(dir);
  }

  private String json(long from, long to) throws IOException {
    StringBuilder out = new StringBuilder();
    HistoryJson.write(out, feed.history(), Resolution.MINUTE, from, to);
    return out.toString();
  }

  private String csv(long from, long to) throws IOException {
    StringBuilder out = new StringBuilder();
    HistoryCsv.write(out, feed.history(), Resolution.MINUTE, from, to);
    return out.toString();
  }

  private void threeMinutes() {
    feed.gasLitre(4_321_000).counters(NOON + 50, 1_000, 70);
    feed.gasLitre(4_321_045).counters(NOON + 110, 1_008, 70);
    feed.power(NOON + 120, -1_250_000).counters(NOON + 170, 1_010, 75);
    feed.power(NOON + 180, 0);
  }

  @Test
  void json_is_columns_with_null_for_what_nobody_knows() throws IOException {
    threeMinutes();
    // Third minute: (-1250 + 500) / 2 = -375.
    assertThat(json(ALL_FROM, ALL_TO))
        .isEqualTo(
            "{\"resolution\":\"minute\",\"seconds\":60"
                + ",\"t\":[1772366400,1772366460,1772366520]"
                + ",\"power_w\":[500,500,-375]"
                + ",\"min_w\":[500,500,-1250]"
                + ",\"max_w\":[500,500,500]"
                + ",\"import_wh\":[null,8,2]"
                + ",\"export_wh\":[null,0,5]"
                + ",\"gas_m3\":[null,0.045,0.000]"
                + ",\"water_m3\":[null,null,null]"
                + ",\"series\":[1,1,1]}");
  }

  @Test
  void csv_has_units_in_its_header_and_empty_cells_for_what_nobody_knows() throws IOException {
    threeMinutes();
    assertThat(csv(ALL_FROM, ALL_TO))
        .isEqualTo(
            HEADER
                + "2026-03-01T12:00:00Z,500,500,500,,,,,1000,70,4321.000,,1\r\n"
                + "2026-03-01T12:01:00Z,500,500,500,8,0,0.045,,1008,70,4321.045,,1\r\n"
                + "2026-03-01T12:02:00Z,-375,-1250,500,2,5,0.000,,1010,75,4321.045,,1\r\n");
  }

  @Test
  void the_first_interval_of_an_answer_knows_its_energy_from_the_one_before_it()
      throws IOException {
    threeMinutes();
    assertThat(json(NOON + 60, NOON + 120)).contains("\"import_wh\":[8]", "\"gas_m3\":[0.045]");
    assertThat(json(NOON + 1, NOON + 61)).contains("\"import_wh\":[8]");
    assertThat(csv(NOON + 60, NOON + 120))
        .isEqualTo(HEADER + "2026-03-01T12:01:00Z,500,500,500,8,0,0.045,,1008,70,4321.045,,1\r\n");
  }

  @Test
  void an_empty_answer_has_empty_columns() throws IOException {
    assertThat(json(NOON, NOON)).contains("\"t\":[],", "\"series\":[]}");
    assertThat(csv(Long.MIN_VALUE, ALL_TO)).isEqualTo(HEADER);
  }

  @Test
  void energy_of_a_gap_is_put_on_no_interval() throws IOException {
    feed.counters(NOON + 50, 100, 0).counters(NOON + 110, 110, 0);
    feed.counters(NOON + 290, 400, 0).counters(NOON + 350, 420, 0).power(NOON + 360, 0);
    assertThat(json(ALL_FROM, ALL_TO)).contains("\"import_wh\":[null,10,null,20]");
  }

  @Test
  void an_interval_whose_end_nobody_saw_has_no_energy_nor_has_the_next() throws IOException {
    feed.counters(NOON + 50, 100, 0);
    // Silent from second 69 to second 170.
    feed.counters(NOON + 69, 103, 0).counters(NOON + 170, 180, 0);
    feed.counters(NOON + 230, 190, 0).power(NOON + 240, 0);
    assertThat(json(ALL_FROM, ALL_TO)).contains("\"import_wh\":[null,null,null,10]");
  }

  @Test
  void no_energy_lies_between_two_meters() throws IOException {
    feed.counters(NOON + 50, 100, 0).counters(NOON + 110, 110, 0);
    feed.meter("E2").counters(NOON + 170, 120, 0).counters(NOON + 230, 125, 0);
    feed.power(NOON + 240, 0);
    assertThat(json(ALL_FROM, ALL_TO))
        .contains("\"import_wh\":[null,10,null,5]", "\"series\":[1,1,2,2]");
  }

  @Test
  void a_counter_that_went_back_or_leapt_is_no_energy() throws IOException {
    feed.gasLitre(9_000_000).counters(NOON + 50, 100, 0);
    feed.gasLitre(12).counters(NOON + 110, 90, 0);
    // 1 MW for a minute is 16 666 Wh.
    feed.counters(NOON + 170, 90 + 16_666, 0).counters(NOON + 230, 90 + 33_333, 0);
    feed.power(NOON + 240, 0);
    assertThat(json(ALL_FROM, ALL_TO))
        .contains("\"import_wh\":[null,null,16666,null]", "\"gas_m3\":[null,null,0.000,0.000]");
  }

  @Test
  void a_long_history_is_written_piece_by_piece_without_a_seam() throws IOException {
    feed.span(NOON, NOON + 1500 * 60 + 1, 20);
    String[] lines = csv(ALL_FROM, ALL_TO).split("\r\n", -1);
    assertThat(lines).hasSize(1 + 1500 + 1);
    for (int i = 2; i <= 1500; i++) {
      assertThat(lines[i]).contains(",500,500,500,1,0,,,");
    }
  }
}
