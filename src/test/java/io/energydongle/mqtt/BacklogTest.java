// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Reception;
import io.energydongle.status.ClockState;
import io.energydongle.testkit.Broker;
import io.energydongle.testkit.Broker.Door;
import io.energydongle.testkit.Relay;
import io.energydongle.testkit.Relay.Mood;
import io.energydongle.testkit.Snapshots;
import io.energydongle.testkit.Subscriber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of minutes that the broker misses. Expected values: {@code platform.md} 1.5. */
class BacklogTest {

  private static final Instant START = Instant.parse("2026-12-01T12:00:00Z");

  @TempDir Path dir;

  private static MeterSnapshot reading(Instant at, long watt) {
    return Snapshots.threePhase(0, watt)
        .reception(new Reception(at, 0, Duration.ofSeconds(10)))
        .energy(Snapshots.energy(1000, 2000), Snapshots.energy(0, 7))
        .build();
  }

  private static void minutes(Backlog backlog, int from, int count) {
    for (int i = from; i <= from + count; i++) {
      backlog.accept(reading(START.plusSeconds(60L * i), i), false, ClockState.SYNCHRONISED);
    }
  }

  private static List<Long> sequences(Backlog backlog) {
    List<Long> all = new ArrayList<>();
    while (backlog.size() > 0) {
      Backlog.Batch batch = backlog.oldest();
      batch.records().forEach(record -> all.add(record.sequence()));
      backlog.acknowledge(batch.last());
    }
    return all;
  }

  private long bytesOnDisk() throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    }
  }

  @Test
  void a_minute_holds_mean_least_and_most_and_the_counters_at_its_end() throws Exception {
    Backlog backlog = new Backlog(dir);
    backlog.accept(reading(START, 100), true, ClockState.PLAUSIBLE);
    backlog.miss();
    backlog.accept(reading(START.plusSeconds(20), -50), true, ClockState.PLAUSIBLE);
    backlog.accept(reading(START.plusSeconds(50), 401), true, ClockState.PLAUSIBLE);
    backlog.accept(reading(START.plusSeconds(60), 0), true, ClockState.PLAUSIBLE);
    JsonNode record = new ObjectMapper().readTree(Payloads.backlog(backlog.oldest())).path(0);
    assertThat(record)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"seq":1,"ts":"2026-12-01T12:00:00Z","readings":3,
                     "power_w":{"mean":150,"min":-50,"max":401},"currents_a":[1,2,3],
                     "energy_import_wh":3000,"energy_export_wh":7,"clock":"unsynchronised"}
                    """));
  }

  @Test
  void minutes_that_the_broker_saw_are_not_kept() {
    Backlog backlog = new Backlog(dir);
    backlog.accept(reading(START, 1), true, ClockState.SYNCHRONISED);
    backlog.accept(reading(START.plusSeconds(60), 1), true, ClockState.SYNCHRONISED);
    backlog.accept(reading(START.plusSeconds(120), 1), false, ClockState.SYNCHRONISED);
    backlog.accept(reading(START.plusSeconds(180), 1), true, ClockState.SYNCHRONISED);
    backlog.accept(reading(START.plusSeconds(240), 1), true, ClockState.SYNCHRONISED);
    assertThat(backlog.oldest().records())
        .singleElement()
        .extracting(MinuteRecord::startSecond)
        .isEqualTo(START.plusSeconds(120).getEpochSecond());
  }

  @Test
  void minutes_that_went_to_a_silent_broker_are_kept_from_its_last_byte_on() {
    Backlog backlog = new Backlog(dir);
    for (int second = 0; second <= 300; second += 20) {
      backlog.accept(reading(START.plusSeconds(second), 1), true, ClockState.SYNCHRONISED);
    }
    // Heard of 70 s before the silence is noticed at 310 s: minutes 3 and 4 are lost, 5 still runs.
    backlog.missSince(START.plusSeconds(240).getEpochSecond());
    backlog.accept(reading(START.plusSeconds(360), 1), false, ClockState.SYNCHRONISED);
    assertThat(backlog.oldest().records())
        .extracting(record -> (record.startSecond() - START.getEpochSecond()) / 60)
        .containsExactly(4L, 5L);
  }

  @Test
  void nothing_is_written_before_the_quarter_of_an_hour_and_then_in_one_go() throws Exception {
    Backlog backlog = new Backlog(dir);
    minutes(backlog, 0, 15);
    assertThat(bytesOnDisk()).isZero();
    backlog.flush();
    long once = bytesOnDisk();
    backlog.flush();
    assertThat(bytesOnDisk()).isEqualTo(once);
    assertThat(sequences(new Backlog(dir))).hasSize(15);
  }

  @Test
  void seven_days_are_kept_in_at_most_two_mebibytes_and_the_oldest_go() throws Exception {
    Backlog backlog = new Backlog(dir);
    for (int quarter = 0; quarter < 800; quarter++) {
      minutes(backlog, quarter * 15, 15);
      backlog.flush();
    }
    assertThat(backlog.size()).isEqualTo(10_080);
    assertThat(backlog.lost()).isPositive();
    assertThat(bytesOnDisk()).isLessThan(2 * 1024 * 1024);
    List<Long> again = sequences(new Backlog(dir));
    assertThat(again).hasSizeBetween(8_640, 10_080).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void a_torn_tail_costs_the_torn_record_only() throws Exception {
    Backlog backlog = new Backlog(dir);
    minutes(backlog, 0, 20);
    backlog.flush();
    Path file;
    try (Stream<Path> files = Files.list(dir.resolve("backlog"))) {
      file = files.filter(f -> f.toString().endsWith(".rec")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(
        file,
        java.util.Arrays.copyOf(whole, whole.length - 7),
        StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(sequences(new Backlog(dir))).hasSize(19);
  }

  @Test
  void what_is_acknowledged_goes_and_no_number_is_used_twice_whatever_was_lost() throws Exception {
    Backlog backlog = new Backlog(dir);
    minutes(backlog, 0, 100);
    Backlog.Batch first = backlog.oldest();
    assertThat(first.records()).hasSize(Backlog.BATCH);
    assertThat(backlog.oldest().repeated()).containsOnly(true);
    backlog.acknowledge(first.last());
    assertThat(backlog.size()).isEqualTo(40);
    backlog.flush();
    // Published and acknowledged, but the power goes before anything else is saved.
    List<Long> seen = sequences(backlog);
    Backlog after = new Backlog(dir);
    minutes(after, 200, 5);
    List<Long> later = sequences(after);
    Set<Long> all = new HashSet<>(seen);
    assertThat(later.subList(later.size() - 5, later.size())).noneMatch(all::contains);
    // Once the last record of a file is acknowledged the file goes.
    try (Stream<Path> files = Files.list(dir.resolve("backlog"))) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("next-number");
    }
  }

  @Test
  void through_fifty_restarts_of_the_broker_every_minute_arrives_once_or_is_marked_as_a_repeat()
      throws Exception {
    Path brokerDir = Files.createDirectories(dir.resolve("broker"));
    try (Broker broker = new Broker(brokerDir);
        Relay relay = new Relay(broker.port(Door.CERTIFICATE));
        Subscriber subscriber = new Subscriber(broker.port(Door.PLAIN));
        Device device =
            new Device(
                    dir.resolve("state"),
                    broker.identity(dir.resolve("identity"), "device"),
                    Device.settings(relay.port()))
                .awaitOnline()) {
      int reading = 0;
      for (int restart = 0; restart < 50; restart++) {
        relay.be(Mood.CLOSES);
        broker.kill();
        await()
            .until(() -> device.status().state() != io.energydongle.status.MqttStatus.State.ONLINE);
        // Two minutes of readings, each 20 s by the clock that is told.
        for (int i = 0; i < 6; i++) {
          device.meterTime = START.plusSeconds(20L * reading++);
          device.read(reading);
        }
        broker.start();
        subscriber.connect();
        relay.be(Mood.FORWARDS);
        long began = System.nanoTime();
        device.awaitOnline();
        long live = device.read(reading).sequence();
        await()
            .atMost(Duration.ofSeconds(5))
            .pollInterval(Duration.ofMillis(10))
            .until(
                () ->
                    subscriber.on("/data/telegram").stream()
                        .anyMatch(m -> m.json().path("seq").asLong() == live));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        await()
            .atMost(Duration.ofSeconds(5))
            .until(() -> device.status().counters().backlog() == 0);
      }
      List<JsonNode> records = new ArrayList<>();
      await()
          .until(
              () -> {
                records.clear();
                subscriber.on("/data/backlog").forEach(m -> m.json().forEach(records::add));
                return records.size() >= 99;
              });
      Set<Long> seen = new HashSet<>();
      for (JsonNode record : records) {
        boolean first = seen.add(record.path("seq").asLong());
        assertThat(first || record.path("repeat").asBoolean()).as(record.toString()).isTrue();
      }
      // The last minute still runs.
      assertThat(seen).hasSize(99);
      assertThat(records.stream().map(r -> r.path("ts").asText()).distinct()).hasSize(99);
    }
  }
}
