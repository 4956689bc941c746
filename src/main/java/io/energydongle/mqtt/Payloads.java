// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.reading.ReadingJson;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.status.ClockState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/** What stands in the messages. Source: {@code platform.md} 1.3; {@code docs/reference/mqtt.md}. */
final class Payloads {

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Payloads() {}

  static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  private static ObjectNode message() {
    return JsonNodeFactory.instance.objectNode().put("v", VERSION);
  }

  /** A message that says when it was made. */
  static ObjectNode dated(Instant now, ClockState clock) {
    return message()
        .put("ts", now.truncatedTo(ChronoUnit.MILLIS).toString())
        .put("clock", clock.code());
  }

  /** What the broker publishes when the connection breaks; it has no time, as nobody knows when. */
  static byte[] will() {
    return bytes(message().put("state", "offline").put("reason", "connection-lost"));
  }

  /** The reading as everywhere else, with {@code clock} and {@code stale}. */
  static byte[] telegram(MeterSnapshot snapshot, ClockState clock, boolean stale) {
    byte[] reading = ReadingJson.toBytes(snapshot);
    byte[] tail =
        (",\"clock\":\"" + clock.code() + "\",\"stale\":" + stale + "}")
            .getBytes(StandardCharsets.US_ASCII);
    int open = reading.length - 1;
    byte[] whole = Arrays.copyOf(reading, open + tail.length);
    System.arraycopy(tail, 0, whole, open, tail.length);
    return whole;
  }

  static void meter(ObjectNode info, MeterIdentity meter) {
    ObjectNode node = info.putObject("meter");
    node.put("kind", meter.protocol().kind());
    node.put("protocol", meter.protocol().code());
    meter.version().ifPresent(version -> node.put("version", version));
    meter.serial().ifPresent(id -> node.put("id", id));
  }

  static byte[] backlog(Backlog.Batch batch) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < batch.records().size(); i++) {
      batch.records().get(i).writeJson(records.addObject(), batch.repeated().get(i));
    }
    return bytes(records);
  }
}
