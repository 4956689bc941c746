// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import static io.energydongle.history.Feed.ALL_FROM;
import static io.energydongle.history.Feed.ALL_TO;
import static io.energydongle.history.Feed.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

  private static final int HOUR = 3600;

  @TempDir Path dir;
  private Feed feed;

  @BeforeEach
  void open() {
    feed = new Feed(dir);
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @Test
  void a_minute_holds_mean_minimum_and_maximum_of_its_readings() {
    feed.power(NOON, 100_000).power(NOON + 10, -50_000).power(NOON + 59, 401_000);
    assertThat(feed.minutes()).isEmpty();
    feed.power(NOON + 60, 7_000);
    // (100 - 50 + 401) / 3 = 150.33
    assertThat(feed.minutes())
        .containsExactly(
            new HistoryRecord(
                NOON,
                OptionalInt.of(150),
                OptionalInt.of(-50),
                OptionalInt.of(401),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                1,
                1));
  }

  @Test
  void half_a_watt_is_rounded_up_on_either_side_of_zero() {
    feed.power(NOON, 1_500).power(NOON + 60, -1_500).power(NOON + 120, -1_501);
    feed.power(NOON + 180, 0);
    assertThat(feed.minutes().stream().map(r -> r.meanWatt().getAsInt()))
        .containsExactly(2, -1, -2);
  }

  @Test
  void counters_are_those_at_the_end_and_stay_absent_when_no_telegram_had_any() {
    feed.counters(NOON, 1_000, 50).counters(NOON + 50, 1_008, 50).power(NOON + 55, 1_000);
    feed.power(NOON + 60, 1_000).power(NOON + 120, 1_000);
    HistoryRecord first = feed.minutes().get(0);
    assertThat(first.importWattHour()).hasValue(1_008);
    assertThat(first.exportWattHour()).hasValue(50);
    assertThat(first.lagSeconds()).isEqualTo(5);
    assertThat(feed.minutes().get(1).importWattHour()).isEmpty();
  }

  @Test
  void a_power_that_is_damaged_is_no_zero() {
    feed.history()
        .accept(
            feed.snapshot(NOON)
                .powerMilliWatt(OptionalLong.of(0), OptionalLong.empty())
                .note(Note.POWER_UNUSABLE)
                .build());
    feed.history().accept(feed.snapshot(NOON + 1).build());
    feed.power(NOON + 60, 1_000);
    assertThat(feed.minutes()).isEmpty();
    feed.power(NOON + 120, 1_000);
    assertThat(feed.minuteStarts()).containsExactly(1L);
  }

  @Test
  void an_interval_without_any_reading_has_no_record() {
    feed.span(NOON, NOON + 120, 10).span(NOON + 300, NOON + 421, 10);
    assertThat(feed.minuteStarts()).containsExactly(0L, 1L, 5L, 6L);
  }

  @Test
  void a_query_includes_its_start_and_excludes_its_end() {
    feed.span(NOON, NOON + 600, 10);
    assertThat(feed.history().query(Resolution.MINUTE, NOON + 60, NOON + 180))
        .extracting(HistoryRecord::startSecond)
        .containsExactly(NOON + 60, NOON + 120);
    assertThat(feed.history().query(Resolution.MINUTE, NOON + 61, NOON + 61)).isEmpty();
    assertThat(feed.history().query(Resolution.MINUTE, NOON + 180, NOON)).isEmpty();
    assertThat(feed.history().query(Resolution.MINUTE, Long.MIN_VALUE, ALL_TO)).hasSize(9);
  }

  @Test
  void another_meter_starts_a_new_series() {
    feed.counters(NOON, 1_000, 0).counters(NOON + 60, 1_010, 0);
    feed.meter("E2").counters(NOON + 120, 5_000, 0).counters(NOON + 180, 5_001, 0);
    assertThat(feed.minutes()).extracting(HistoryRecord::series).containsExactly(1, 1, 2);
  }

  @Test
  void counters_of_the_old_meter_do_not_stay_in_the_minute_of_the_swap() {
    feed.counters(NOON, 1_000, 70);
    feed.meter("E2").power(NOON + 10, 1_000).power(NOON + 60, 1_000);
    assertThat(feed.minutes().get(0).series()).isEqualTo(2);
    assertThat(feed.minutes().get(0).importWattHour()).isEmpty();
    assertThat(feed.minutes().get(0).exportWattHour()).isEmpty();
  }

  @Test
  void a_counter_that_goes_back_starts_a_new_series() {
    feed.counters(NOON, 1_000, 9).counters(NOON + 60, 999, 9);
    feed.counters(NOON + 120, 1_000, 8).counters(NOON + 180, 1_000, 8);
    assertThat(feed.minutes()).extracting(HistoryRecord::series).containsExactly(1, 2, 3);
  }

  @Test
  void the_same_meter_goes_on_with_its_series_after_a_restart_and_another_one_does_not() {
    feed.counters(NOON, 1_000, 0).counters(NOON + 60, 1_010, 0).history().flush();
    feed.restart().counters(NOON + 120, 1_020, 0).history().flush();
    feed.restart().meter("E2").counters(NOON + 180, 1_030, 0).history().flush();
    feed.restart().counters(NOON + 240, 1_029, 0).counters(NOON + 300, 1_029, 0);
    assertThat(feed.minutes()).extracting(HistoryRecord::series).containsExactly(1, 1, 1, 2, 3);
  }

  @Test
  void a_telegram_without_its_serial_number_is_no_other_meter() {
    feed.counters(NOON, 1_000, 0);
    var reading = feed.snapshot(NOON + 60).powerMilliWatt(OptionalLong.of(5), OptionalLong.of(0));
    var meter = reading.build().meter();
    var silent =
        new MeterSnapshot.Builder(
                reading.build().reception(),
                new MeterIdentity(
                    meter.protocol(),
                    meter.version(),
                    meter.ident(),
                    Optional.empty(),
                    Optional.empty()),
                reading.build().raw())
            .powerMilliWatt(OptionalLong.of(5), OptionalLong.of(0));
    feed.history().accept(silent.build());
    feed.counters(NOON + 120, 1_000, 0).counters(NOON + 180, 1_000, 0);
    assertThat(feed.minutes()).extracting(HistoryRecord::series).containsExactly(1, 1, 1);
  }

  @Test
  void no_file_holds_the_serial_number() throws IOException {
    feed.meter("4530303334303036363937").span(NOON, NOON + 2 * HOUR, 10).history().flush();
    for (Path file : files()) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .doesNotContain("4530303334303036363937", "EDS5");
      assertThat(Files.getPosixFilePermissions(file))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void what_was_flushed_is_there_after_a_kill_and_the_rest_is_not() {
    feed.span(NOON, NOON + HOUR + 1, 10).history().flush();
    feed.span(NOON + HOUR + 10, NOON + HOUR + 300, 10);
    List<HistoryRecord> before = List.copyOf(feed.minutes());
    feed.restart();
    assertThat(List.copyOf(feed.minutes())).isEqualTo(before.subList(0, 60));
    assertThat(feed.quarterStarts()).isEqualTo(range(0, 4));
  }

  @Test
  void a_running_interval_is_saved_and_goes_on_after_a_restart() {
    feed.power(NOON, 100_000).power(NOON + 300, 200_000).history().flush();
    feed.restart();
    assertThat(feed.quarters()).isEmpty();
    feed.power(NOON + 600, 600_000).power(NOON + 900, 0);
    HistoryRecord quarter = feed.quarters().get(0);
    assertThat(quarter.meanWatt()).hasValue(300);
    assertThat(quarter.minWatt()).hasValue(100);
    assertThat(quarter.maxWatt()).hasValue(600);
    feed.history().flush();
    feed.restart();
    assertThat(feed.quarters()).containsExactly(quarter);
  }

  @Test
  void a_running_interval_becomes_a_record_when_the_restart_took_longer() {
    feed.power(NOON, 100_000).power(NOON + 300, 200_000).history().flush();
    feed.restart().power(NOON + 5 * HOUR, 1_000).power(NOON + 6 * HOUR, 1_000);
    assertThat(feed.quarterStarts()).containsExactly(0L, 20L);
    assertThat(feed.quarters().get(0).meanWatt()).hasValue(150);
    assertThat(feed.quarters().get(0).lagSeconds()).isEqualTo(600);
  }

  @Test
  void a_silent_meter_costs_no_write() throws IOException {
    feed.span(NOON, NOON + HOUR, 10).history().flush();
    long before = bytesOnDisk();
    feed.history().flush();
    feed.history().flush();
    assertThat(bytesOnDisk()).isEqualTo(before);
  }

  private long bytesOnDisk() throws IOException {
    long bytes = 0;
    for (Path file : files()) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  @Test
  void a_clock_that_was_never_set_records_nothing() {
    for (String time :
        List.of("1970-01-01T00:00:00Z", "2025-12-31T23:56:59Z", "2100-01-01T00:00:00Z")) {
      long second = Instant.parse(time).getEpochSecond();
      feed.span(second, second + 180, 10);
    }
    assertThat(feed.minutes()).isEmpty();
    feed.span(NOON, NOON + 61, 10);
    assertThat(feed.minuteStarts()).containsExactly(0L);
  }

  @Test
  void a_clock_that_steps_forward_leaves_a_gap() {
    feed.span(NOON, NOON + 120, 10).stepped(Duration.ofHours(3));
    feed.span(NOON + 3 * HOUR, NOON + 3 * HOUR + 61, 10);
    assertThat(feed.minuteStarts()).containsExactly(0L, 1L, 180L);
  }

  @Test
  void a_step_back_within_a_minute_loses_nothing() {
    feed.power(NOON + 30, 1_000).stepped(Duration.ofSeconds(-20)).power(NOON + 11, 3_000);
    feed.power(NOON + 60, 0);
    assertThat(feed.minutes().get(0).meanWatt()).hasValue(2);
  }

  @Test
  void a_short_step_back_pauses_until_the_clock_has_caught_up() {
    feed.span(NOON, NOON + 310, 10).stepped(Duration.ofMinutes(-3));
    feed.span(NOON + 130, NOON + 480, 10);
    assertThat(feed.minuteStarts()).isEqualTo(range(0, 7));
  }

  @Test
  void records_of_a_future_that_was_wrong_go_after_as_long_as_they_last() {
    feed.span(NOON, NOON + HOUR, 10).stepped(Duration.ofDays(400));
    long wrong = NOON + 400 * 24 * HOUR;
    // Four quarters in a wrong future, then the clock is put right.
    feed.span(wrong, wrong + HOUR, 10).stepped(Duration.ofDays(-400));
    long right = NOON + 2 * HOUR;
    feed.span(right, right + HOUR - 10, 10);
    assertThat(feed.quarters().get(feed.quarters().size() - 1).startSecond()).isGreaterThan(wrong);
    feed.span(right + HOUR - 10, right + 3 * HOUR + 1, 10);
    assertThat(feed.quarterStarts())
        .containsExactly(0L, 1L, 2L, 3L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L);
    feed.history().flush();
    feed.restart();
    assertThat(feed.quarterStarts())
        .containsExactly(0L, 1L, 2L, 3L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L);
  }

  @Test
  void a_wrong_future_that_is_on_the_disk_goes_as_well() {
    feed.span(NOON, NOON + HOUR, 10).stepped(Duration.ofDays(400));
    long wrong = NOON + 400 * 24 * HOUR;
    feed.span(wrong, wrong + HOUR, 10).history().flush();
    feed.restart().stepped(Duration.ofDays(-400));
    long right = NOON + 2 * HOUR;
    feed.span(right, right + 3 * HOUR, 10).history().flush();
    feed.restart();
    assertThat(feed.quarters()).extracting(HistoryRecord::startSecond).allMatch(s -> s < wrong);
    assertThat(feed.quarterStarts()).endsWith(17L, 18L);
    assertThat(feed.quarterStarts()).startsWith(0L, 1L, 2L);
  }

  @Test
  void a_clock_that_is_behind_at_the_start_costs_no_record_when_it_is_put_right_in_time() {
    feed.span(NOON, NOON + 24 * HOUR, 60).history().flush();
    List<HistoryRecord> before = List.copyOf(feed.quarters());
    // Without battery the board believes that it is January, until it finds a time server.
    long january = Instant.parse("2026-01-10T00:00:00Z").getEpochSecond();
    feed.restart().stepped(Duration.ofSeconds(january - NOON - 24 * HOUR));
    feed.span(january, january + 11 * HOUR, 60);
    assertThat(List.copyOf(feed.quarters())).isEqualTo(before);
    feed.stepped(Duration.ofSeconds(NOON + 24 * HOUR - january));
    feed.span(NOON + 35 * HOUR, NOON + 36 * HOUR, 60);
    assertThat(List.copyOf(feed.quarters()).subList(0, 95)).isEqualTo(before);
    assertThat(feed.quarterStarts()).endsWith(95L, 140L, 141L, 142L);
  }

  @Test
  void a_wrong_future_of_months_blocks_for_half_a_day_at_most() {
    feed.span(NOON, NOON + 60 * 24 * HOUR, 300).stepped(Duration.ofDays(-61));
    // A day before noon, which is 96 quarters; half a day is 48.
    feed.span(NOON - 24 * HOUR, NOON - 11 * HOUR, 60);
    assertThat(feed.quarterStarts()).isEqualTo(range(-48, -45));
  }

  @Test
  void a_doubted_clock_that_is_set_again_is_doubted_from_anew() {
    feed.span(NOON + 8 * HOUR, NOON + 9 * HOUR, 10).stepped(Duration.ofHours(-9));
    feed.span(NOON, NOON + HOUR - 60, 10).stepped(Duration.ofHours(1));
    feed.span(NOON + 2 * HOUR, NOON + 3 * HOUR - 60, 10);
    assertThat(feed.quarterStarts()).containsExactly(32L, 33L, 34L);
    feed.span(NOON + 3 * HOUR - 60, NOON + 3 * HOUR + 961, 10);
    assertThat(feed.quarterStarts()).containsExactly(12L);
  }

  @Test
  void fourteen_months_stay_within_the_bounds_of_memory_and_disk() throws IOException {
    long end = NOON + 426L * 24 * HOUR;
    int flushes = 0;
    for (long second = NOON; second < end; second += 300) {
      feed.counters(second, second - NOON, 0);
      if (++flushes % 24 == 0) {
        feed.history().flush();
      }
    }
    assertThat(feed.quarters()).hasSize(Resolution.QUARTER.capacity());
    assertThat(feed.minutes()).hasSize(Resolution.MINUTE.capacity());
    assertThat(feed.quarters().get(38_399).startSecond()).isEqualTo(end - 1800);
    assertThat(feed.quarters().get(0).startSecond()).isEqualTo(end - 1800 - 38_399 * 900L);
    assertThat(bytesOnDisk()).isLessThan(7_000_000);
    List<HistoryRecord> before = List.copyOf(feed.quarters());
    feed.restart();
    assertThat(List.copyOf(feed.quarters())).isEqualTo(before);
    assertThat(feed.minutes()).hasSizeGreaterThan(2_000);
  }

  @Test
  void after_a_factory_reset_nothing_is_left_and_recording_goes_on() throws IOException {
    feed.span(NOON, NOON + HOUR, 10).history().flush();
    feed.history().clear();
    assertThat(feed.minutes()).isEmpty();
    assertThat(files()).isEmpty();
    feed.meter("E9").span(NOON, NOON + 121, 10).history().flush();
    feed.restart();
    assertThat(feed.minuteStarts()).containsExactly(0L, 1L);
    assertThat(feed.minutes().get(0).series()).isEqualTo(1);
  }

  @Test
  void readers_writers_and_the_disk_do_not_disturb_each_other() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          AtomicBoolean done = new AtomicBoolean();
          ExecutorService threads = Executors.newFixedThreadPool(2);
          try {
            Future<?> reader =
                threads.submit(
                    () -> {
                      while (!done.get()) {
                        assertStrictlyRising(feed.minutes());
                        assertStrictlyRising(feed.quarters());
                      }
                    });
            Future<?> flusher =
                threads.submit(
                    () -> {
                      while (!done.get()) {
                        feed.history().flush();
                      }
                    });
            feed.span(NOON, NOON + 24 * HOUR, 1).stepped(Duration.ofHours(-2));
            feed.span(NOON + 22 * HOUR, NOON + 26 * HOUR, 1);
            done.set(true);
            reader.get();
            flusher.get();
          } finally {
            threads.shutdownNow();
          }
        });
    feed.history().flush();
    List<HistoryRecord> before = List.copyOf(feed.minutes());
    feed.restart();
    assertThat(List.copyOf(feed.minutes())).isEqualTo(before);
  }

  static void assertStrictlyRising(List<HistoryRecord> records) {
    long last = Long.MIN_VALUE;
    for (HistoryRecord each : records) {
      assertThat(each.startSecond()).isGreaterThan(last);
      last = each.startSecond();
    }
  }

  @Test
  void an_empty_history_answers_every_question() {
    assertThat(feed.history().query(Resolution.QUARTER, ALL_FROM, ALL_TO)).isEmpty();
    feed.history().flush();
    assertThat(feed.history().fault()).isEmpty();
  }
}
