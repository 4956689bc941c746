// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import static io.energydongle.config.LineSetting.BAUD_115200;
import static io.energydongle.config.LineSetting.BAUD_9600;
import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.LineSetting;
import io.energydongle.meter.MeterPipeline.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineSearchTest {

  private static final byte[] BYTES = {0x2F, 0x45};

  private static LineSearch search(Optional<LineSetting> lastGood) {
    return new LineSearch(List.of(BAUD_115200, BAUD_9600), lastGood, 0);
  }

  private static long seconds(double seconds) {
    return (long) (seconds * 1e9);
  }

  @Test
  void begins_with_the_usual_setting() {
    assertThat(search(Optional.empty()).current()).isEqualTo(BAUD_115200);
  }

  @Test
  void begins_with_the_last_good_setting() {
    assertThat(search(Optional.of(BAUD_9600)).current()).isEqualTo(BAUD_9600);
  }

  @Test
  void gives_every_setting_twelve_seconds_and_begins_again() {
    LineSearch search = search(Optional.empty());
    assertThat(search.moveOn(seconds(11.9))).isFalse();
    assertThat(search.moveOn(seconds(12))).isTrue();
    assertThat(search.current()).isEqualTo(BAUD_9600);
    assertThat(search.moveOn(seconds(23.9))).isFalse();
    assertThat(search.moveOn(seconds(24))).isTrue();
    assertThat(search.current()).isEqualTo(BAUD_115200);
  }

  @Test
  void stays_where_frames_come_from() {
    LineSearch search = search(Optional.empty());
    search.moveOn(seconds(12));
    for (int second = 13; second < 1000; second += 10) {
      search.bytes(BYTES, BYTES.length, seconds(second));
      search.understood(Kind.P1, seconds(second));
      assertThat(search.moveOn(seconds(second + 9))).isFalse();
      assertThat(search.current()).isEqualTo(BAUD_9600);
    }
  }

  @Test
  void a_setting_that_worked_is_left_after_half_a_minute_of_bytes_without_frame() {
    LineSearch search = search(Optional.empty());
    search.understood(Kind.P1, seconds(1));
    search.bytes(BYTES, BYTES.length, seconds(10));
    assertThat(search.moveOn(seconds(30.9))).isFalse();
    assertThat(search.moveOn(seconds(31))).isTrue();
  }

  @Test
  void a_silent_line_is_left_only_after_a_minute() {
    LineSearch search = search(Optional.empty());
    search.understood(Kind.P1, seconds(1));
    search.bytes(BYTES, BYTES.length, seconds(1.5)); // the line end of that frame
    assertThat(search.moveOn(seconds(60.9))).isFalse();
    assertThat(search.moveOn(seconds(61))).isTrue();
  }

  @Test
  void after_a_change_the_setting_that_worked_last_comes_first() {
    LineSearch search = search(Optional.empty());
    search.moveOn(seconds(12));
    search.understood(Kind.P1, seconds(13));
    search.bytes(BYTES, BYTES.length, seconds(20));
    search.moveOn(seconds(43));
    assertThat(search.current()).isEqualTo(BAUD_115200);
    search.moveOn(seconds(55));
    assertThat(search.current()).isEqualTo(BAUD_9600);
  }

  @Test
  void a_pinned_setting_is_never_left() {
    LineSearch pinned = new LineSearch(List.of(BAUD_9600), Optional.of(BAUD_115200), 0);
    assertThat(pinned.moveOn(seconds(1e6))).isFalse();
    assertThat(pinned.current()).isEqualTo(BAUD_9600);
  }

  @Test
  void zero_bytes_of_a_slower_line_end_a_setting_at_once() {
    LineSearch search = search(Optional.empty());
    byte[] blank = new byte[50];
    search.bytes(blank, 49, seconds(1));
    assertThat(search.moveOn(seconds(1))).isFalse();
    search.bytes(blank, 1, seconds(1.1));
    assertThat(search.moveOn(seconds(1.1))).isTrue();
  }

  @Test
  void bytes_without_a_pause_end_a_setting_after_three_seconds() {
    LineSearch search = search(Optional.empty());
    for (double at = 0; at < 2.9; at += 0.1) {
      search.bytes(BYTES, BYTES.length, seconds(at));
      assertThat(search.moveOn(seconds(at))).isFalse();
    }
    search.bytes(BYTES, BYTES.length, seconds(3.2));
    assertThat(search.moveOn(seconds(3.2))).isTrue();
  }

  @Test
  void bursts_with_pauses_are_heard_out() {
    LineSearch search = search(Optional.empty());
    for (int second = 0; second < 12; second++) {
      search.bytes(BYTES, BYTES.length, seconds(second));
      assertThat(search.moveOn(seconds(second + 0.5))).isFalse();
    }
  }

  @Test
  void behind_a_lock_on_tic_the_other_speed_of_tic_comes_next() {
    LineSearch search =
        new LineSearch(
            List.of(BAUD_115200, BAUD_9600, LineSetting.BAUD_1200), Optional.of(BAUD_9600), 0);
    search.understood(Kind.TIC, seconds(1));
    search.bytes(BYTES, BYTES.length, seconds(10));
    assertThat(search.moveOn(seconds(15.9))).isFalse();
    assertThat(search.moveOn(seconds(16))).isTrue();
    assertThat(search.current()).isEqualTo(LineSetting.BAUD_1200);
  }
}
