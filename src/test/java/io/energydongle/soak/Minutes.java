// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Judges the minutes that a gateway sends after the broker was away: each number once, or said to
 * be a repetition; values that were sent; and none missing. Pure: time is given. Not thread safe.
 */
final class Minutes {

  /** More telegrams than a minute can hold. */
  private static final int TELEGRAMS_MAX = 3_000;

  private record Seen(JsonNode record, int starts) {}

  private final SoakMeter meter;
  private final Map<Long, Seen> bySequence = new HashMap<>();
  private final TreeMap<String, Long> expected = new TreeMap<>();

  Minutes(SoakMeter meter) {
    this.meter = meter;
  }

  /**
   * Judges a message of {@code data/backlog}.
   *
   * @param newest number of the newest telegram that was sent.
   * @param starts how often the gateway was started until now.
   * @return everything that is wrong.
   */
  List<String> take(JsonNode records, long newest, int starts) {
    List<String> faults = new ArrayList<>();
    if (!records.isArray() || records.isEmpty() || records.size() > 60) {
      return List.of("expected an array of 1 to 60 minutes, came " + records);
    }
    for (JsonNode each : records) {
      ObjectNode record = each.deepCopy();
      boolean repeat = record.path("repeat").asBoolean();
      record.remove("repeat");
      Seen before = bySequence.putIfAbsent(record.path("seq").asLong(-1), new Seen(record, starts));
      if (before != null && !before.record.equals(record)) {
        faults.add("expected of this number " + before.record + ", came " + record);
      } else if (before != null && !repeat && before.starts == starts) {
        faults.add("expected each minute once, came again without saying so: " + record);
      }
      expected.remove(record.path("ts").asText());
      if (!isTrue(record, newest)) {
        faults.add("expected a minute of telegrams that were sent, came " + record);
      }
    }
    return faults;
  }

  /** The broker was away in that minute, so it has to come. */
  void expect(String minute, long deadlineNanos) {
    expected.put(minute, deadlineNanos);
  }

  /** The process was killed: nothing has to come. */
  void expectNothing() {
    expected.clear();
  }

  /** Minutes that should have come by now. */
  List<String> overdue(long nowNanos) {
    return expected.entrySet().stream()
        .filter(each -> nowNanos - each.getValue() > 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How many numbers have come. */
  int size() {
    return bySequence.size();
  }

  private boolean isTrue(JsonNode record, long newest) {
    JsonNode power = record.path("power_w");
    double min = power.path("min").asDouble();
    double max = power.path("max").asDouble();
    double mean = power.path("mean").asDouble();
    boolean counted = record.path("energy_import_wh").isNumber();
    long last = counted ? SoakMeter.numberOf(record.path("energy_import_wh").asLong()) : newest;
    boolean foundMin = power.isMissingNode();
    boolean foundMax = power.isMissingNode();
    // A counter can be that of an earlier telegram, when a damaged frame left it out.
    long first = counted ? last - TELEGRAMS_MAX : 0;
    for (long number = Math.max(0, first); number <= Math.min(newest, last + 20); number++) {
      int total = meter.totalWatt(number);
      foundMin |= total == min;
      foundMax |= total == max;
    }
    return last >= 0 && last <= newest && foundMin && foundMax && min <= mean && mean <= max;
  }
}
