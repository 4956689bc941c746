// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.status.ClockState;
import io.energydongle.store.RecordFile;
import io.energydongle.testkit.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any content in what MQTT keeps on the disk, the memory of commands and the minutes that the
 * broker has missed: both open, what they hold can be told, and they go on.
 *
 * <p>An input begins with a byte that says which of the two the rest is.
 */
class StateFilesFuzzTest {

  private static final Path DIR = Scratch.folder();
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final int RECORDS_MAX = 30;

  @DictionaryEntries({
    "\"id\"", "\"command\"", "\"at\"", "\"result\"", "{\"state\":\"done\"}",
    "9223372036854775807", "-1e300", "null", "[[", "\"\\ud800\""
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void whatever_was_kept_opens_and_goes_on(byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      return;
    }
    Scratch.empty(DIR);
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    if (bytes[0] % 2 == 0) {
      commands(rest);
    } else {
      backlog(rest);
    }
  }

  private static void commands(byte[] content) throws IOException {
    Files.write(DIR.resolve("mqtt-commands.json"), content);
    CommandMemory memory = new CommandMemory(DIR);
    long before = memory.count("reboot", NOW, Duration.ofHours(1));
    if (before < 0 || before > CommandMemory.COMMANDS_MAX) {
      throw new AssertionError(before + " commands");
    }
    ObjectNode done = JsonNodeFactory.instance.objectNode().put("state", "done");
    memory.save("of the test", "reboot", NOW, done);
    CommandMemory again = new CommandMemory(DIR);
    if (!again.result("of the test").equals(memory.result("of the test"))
        || again.count("reboot", NOW, Duration.ofHours(1)) < 1) {
      throw new AssertionError("what was saved has not come back");
    }
  }

  private static void backlog(byte[] content) throws IOException {
    int count = Math.min(RECORDS_MAX, content.length / MinuteRecord.BYTES);
    new RecordFile(
            DIR.resolve("backlog"),
            "minutes",
            MinuteRecord.VERSION,
            MinuteRecord.BYTES,
            RECORDS_MAX,
            6)
        .append(ByteBuffer.wrap(content, 0, count * MinuteRecord.BYTES));
    Files.write(
        Files.createDirectories(DIR.resolve("backlog")).resolve("next-number"),
        Arrays.copyOfRange(content, count * MinuteRecord.BYTES, content.length));
    Backlog backlog = new Backlog(DIR);
    if (backlog.size() > count) {
      throw new AssertionError(backlog.size() + " minutes of " + count);
    }
    Backlog.Batch batch = backlog.oldest();
    for (MinuteRecord each : batch.records()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      each.writeJson(json, true);
      Instant.parse(json.path("ts").asText());
    }
    backlog.acknowledge(Long.MAX_VALUE);
    if (backlog.size() != 0 || new Backlog(DIR).size() != 0) {
      throw new AssertionError("what was acknowledged is still there");
    }
  }

  static Stream<byte[]> seeds() {
    byte[] usual = minutes(NOW.getEpochSecond());
    Stream<byte[]> commands =
        Stream.of(
                "\0[{\"id\":\"a\",\"command\":\"reboot\",\"at\":1796126400,\"result\":{\"id\":\"a\","
                    + "\"state\":\"done\"}},{\"id\":\"b\",\"command\":\"config\",\"at\":0,"
                    + "\"result\":{\"state\":\"rejected\"}}]",
                "\0[{\"id\":\"a\",\"command\":\"reboot\",\"at\":9223372036854775807,\"result\":{}}]",
                "\0[]",
                "\0{}",
                "\0",
                "\1")
            .map(text -> text.getBytes(StandardCharsets.UTF_8));
    return Stream.concat(Stream.of(usual, minutes(Long.MAX_VALUE - 600)), commands);
  }

  private static byte[] minutes(long start) {
    ByteBuffer minutes = ByteBuffer.allocate(1 + 3 * MinuteRecord.BYTES + 5).put((byte) 1);
    for (int i = 1; i <= 3; i++) {
      new MinuteRecord(
              i,
              start + 60L * i,
              60,
              500,
              -100,
              900,
              new int[] {1_000, 2_000, MinuteRecord.ABSENT},
              1_000_000,
              MinuteRecord.ABSENT,
              5,
              MinuteRecord.ABSENT,
              ClockState.SYNCHRONISED)
          .write(minutes);
    }
    return minutes.put("10000".getBytes(StandardCharsets.US_ASCII)).array();
  }
}
