// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.store.RecordFile;
import io.energydongle.testkit.Scratch;
import io.energydongle.testkit.Snapshots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any content in the records of the history, each with the right CRC: the history opens, its
 * intervals rise, JSON and table can be written, and what is recorded and saved afterwards comes
 * back.
 *
 * <p>An input is payloads, one behind the other; both resolutions get them.
 */
class HistoryFilesFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DIR = Scratch.folder();
  private static final int PAYLOADS_MAX = 40;
  private static final long LATE = Instant.parse("2099-12-31T12:00:00Z").getEpochSecond();

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void whatever_was_recorded_can_be_asked_for_and_goes_on(byte[] bytes) throws IOException {
    Scratch.empty(DIR);
    int count = Math.min(PAYLOADS_MAX, bytes.length / Track.PAYLOAD_BYTES);
    for (Resolution resolution : Resolution.values()) {
      new RecordFile(
              DIR.resolve("history"), resolution.code(), 1, Track.PAYLOAD_BYTES, PAYLOADS_MAX, 3)
          .append(ByteBuffer.wrap(bytes, 0, count * Track.PAYLOAD_BYTES));
    }
    History history = History.open(DIR);
    for (Resolution resolution : Resolution.values()) {
      check(history, resolution, count);
    }
    if (!reaches(bytes, LATE - 7_200)) {
      goesOn(history);
    }
  }

  private static boolean reaches(byte[] bytes, long second) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (int at = 0; at + Track.PAYLOAD_BYTES <= bytes.length; at += Track.PAYLOAD_BYTES) {
      if (in.getLong(at) >= second) {
        return true;
      }
    }
    return false;
  }

  private static void check(History history, Resolution resolution, int count) throws IOException {
    List<HistoryRecord> all = history.query(resolution, 0, Long.MAX_VALUE);
    if (all.size() > count) {
      throw new AssertionError(all.size() + " intervals of " + count);
    }
    long before = -1;
    for (HistoryRecord each : all) {
      if (each.startSecond() <= before || !History.isPlausible(each.startSecond())) {
        throw new AssertionError(each.startSecond() + " behind " + before);
      }
      before = each.startSecond();
    }
    StringBuilder json = new StringBuilder();
    HistoryJson.write(json, history, resolution, 0, Long.MAX_VALUE);
    JsonNode columns = JSON.readTree(json.toString());
    for (String name : List.of("t", "power_w", "import_wh", "gas_m3", "series")) {
      if (columns.path(name).size() != all.size()) {
        throw new AssertionError(name + " has another length: " + json);
      }
    }
    StringBuilder csv = new StringBuilder();
    HistoryCsv.write(csv, history, resolution, 0, Long.MAX_VALUE);
    if (csv.toString().lines().count() != all.size() + 1) {
      throw new AssertionError("the table has another length: " + csv);
    }
  }

  /** Later than everything that was recorded. */
  private static void goesOn(History history) {
    for (int minute = 0; minute < 4; minute++) {
      Instant at = Instant.ofEpochSecond(LATE + 60L * minute);
      history.accept(
          Snapshots.threePhase(0, 500)
              .reception(
                  new io.energydongle.snapshot.Reception(
                      at, Duration.ofMinutes(minute).toNanos(), Duration.ofSeconds(1)))
              .build());
    }
    history.flush();
    List<HistoryRecord> now = history.query(Resolution.MINUTE, LATE, Long.MAX_VALUE);
    List<HistoryRecord> again = History.open(DIR).query(Resolution.MINUTE, LATE, Long.MAX_VALUE);
    if (now.size() != 3 || !now.equals(again) || history.fault().isPresent()) {
      throw new AssertionError("recorded " + now + ", came back " + again);
    }
  }

  static Stream<byte[]> seeds() {
    List<byte[]> all = new ArrayList<>();
    ByteBuffer good = ByteBuffer.allocate(6 * Track.PAYLOAD_BYTES);
    long start = Instant.parse("2026-11-20T10:00:00Z").getEpochSecond();
    for (int i = 0; i < 6; i++) {
      Interval interval = new Interval();
      interval.begin(start + 900L * i);
      interval.sumMilliWatt = 500_000L * 60;
      interval.readings = 60;
      interval.minWatt = -100;
      interval.maxWatt = 900;
      interval.importWattHour = 1_000L + i;
      interval.exportWattHour = 5;
      interval.gasLitre = 123_456;
      interval.lagSeconds = 1;
      interval.write(good, i < 5);
      good.putInt(1 + i / 3).putLong(0x1234L);
    }
    all.add(good.array());
    all.add(Arrays.copyOf(good.array(), Track.PAYLOAD_BYTES));
    all.add(new byte[2 * Track.PAYLOAD_BYTES]);
    all.add(new byte[0]);
    byte[] twice = Arrays.copyOf(good.array(), 2 * good.array().length);
    System.arraycopy(good.array(), 0, twice, good.array().length, good.array().length);
    all.add(twice);
    return all.stream();
  }
}
