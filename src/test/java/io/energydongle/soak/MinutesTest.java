// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MinutesTest {

  private final Minutes minutes = new Minutes(SoakMeter.P1);

  private static JsonNode minute(int sequence, int min, int max, long wattHour, String more) {
    String text =
        """
        [{"seq":%d,"ts":"2026-12-01T12:00:00Z","readings":9,
          "power_w":{"mean":%d,"min":%d,"max":%d},"energy_import_wh":%d%s}]
        """
            .formatted(sequence, (min + max) / 2, min, max, wattHour, more);
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static JsonNode right(int sequence, String more) {
    int some = SoakMeter.P1.totalWatt(40);
    int other = SoakMeter.P1.totalWatt(41);
    return minute(sequence, Math.min(some, other), Math.max(some, other), 1_000_042, more);
  }

  @Test
  void minutes_of_telegrams_that_were_sent_are_right() {
    assertThat(minutes.take(right(1, ""), 50, 1)).isEmpty();
    assertThat(minutes.take(right(2, ""), 50, 1)).isEmpty();
    assertThat(minutes.size()).isEqualTo(2);
  }

  @Test
  void a_minute_that_comes_twice_has_to_say_so_unless_the_process_was_killed_in_between() {
    assertThat(minutes.take(right(1, ""), 50, 1)).isEmpty();
    assertThat(minutes.take(right(1, ",\"repeat\":true"), 50, 1)).isEmpty();
    assertThat(minutes.take(right(1, ""), 50, 2)).isEmpty();
    assertThat(minutes.take(right(1, ""), 50, 1)).singleElement().asString().contains("once");
  }

  @Test
  void another_minute_under_the_same_number_is_noticed() {
    assertThat(minutes.take(right(1, ""), 50, 1)).isEmpty();
    assertThat(minutes.take(right(1, ",\"gas_m3\":1"), 50, 1))
        .singleElement()
        .asString()
        .contains("of this number");
  }

  @Test
  void values_that_no_telegram_had_are_noticed() {
    assertThat(minutes.take(minute(1, 1, 2, 1_000_042, ""), 50, 1)).hasSize(1);
    assertThat(minutes.take(right(2, ""), 41, 1)).hasSize(1);
  }

  @Test
  void a_minute_that_does_not_come_is_noticed() {
    minutes.expect("2026-12-01T12:00:00Z", 100);
    minutes.expect("2026-12-01T12:01:00Z", 100);
    assertThat(minutes.overdue(100)).isEmpty();
    assertThat(minutes.take(right(1, ""), 50, 1)).isEmpty();
    assertThat(minutes.overdue(101)).containsExactly("2026-12-01T12:01:00Z");
    minutes.expectNothing();
    assertThat(minutes.overdue(101)).isEmpty();
  }
}
