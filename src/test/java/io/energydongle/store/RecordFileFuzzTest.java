// SPDX-License-Identifier: Apache-2.0
package io.energydongle.store;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.energydongle.testkit.Samples;
import io.energydongle.testkit.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes in the two files of a log: just the records whose CRC is right come back, and what is
 * appended afterwards comes back behind them.
 *
 * <p>An input is the length of the first file, two bytes, and then both files.
 */
class RecordFileFuzzTest {

  private static final int VERSION = 1;
  private static final int PAYLOAD = 4;
  private static final int PER_FILE = 4;
  private static final int HEADER = 16;
  private static final Path DIR = Scratch.folder();
  private static final List<Integer> NEW = List.of(71, 72, 73, 74, 75);

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void whole_records_come_back_and_new_ones_go_behind_them(byte[] bytes) throws IOException {
    Scratch.empty(DIR);
    List<Integer> expected = new ArrayList<>();
    int first = bytes.length < 2 ? 0 : ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF);
    int end = Math.min(bytes.length, 2 + first);
    file(1, Arrays.copyOfRange(bytes, Math.min(2, bytes.length), end), expected);
    file(2, Arrays.copyOfRange(bytes, end, bytes.length), expected);

    List<Integer> found = new ArrayList<>();
    RecordFile log = open(found);
    check(expected, found, "read");
    ByteBuffer payloads = ByteBuffer.allocate(NEW.size() * PAYLOAD);
    NEW.forEach(payloads::putInt);
    log.append(payloads.flip());
    found.clear();
    open(found);
    expected.addAll(NEW);
    check(expected, found, "appended to and read");
  }

  private static RecordFile open(List<Integer> found) {
    RecordFile log = new RecordFile(DIR, "log", VERSION, PAYLOAD, PER_FILE, 4);
    log.readAll(payload -> found.add(payload.getInt()));
    return log;
  }

  private static void check(List<Integer> expected, List<Integer> found, String when) {
    if (!expected.equals(found)) {
      throw new AssertionError(when + ": expected " + expected + ", found " + found);
    }
  }

  private static void file(int number, byte[] content, List<Integer> expected) throws IOException {
    Files.write(DIR.resolve("log-0000000" + number + ".rec"), content);
    ByteBuffer in = ByteBuffer.wrap(content);
    if (content.length < HEADER
        || in.getInt() != 0x45445246
        || in.getInt() != VERSION
        || in.getInt() != PAYLOAD
        || in.getInt() != crc(content, 0, 12)) {
      return;
    }
    for (int i = 0; i < PER_FILE && in.remaining() >= PAYLOAD + 4; i++) {
      int at = in.position();
      int value = in.getInt();
      if (in.getInt() == crc(content, at, PAYLOAD)) {
        expected.add(value);
      }
    }
  }

  private static int crc(byte[] bytes, int at, int count) {
    CRC32 crc = new CRC32();
    crc.update(bytes, at, count);
    return (int) crc.getValue();
  }

  static Stream<byte[]> seeds() throws IOException {
    Scratch.empty(DIR);
    RecordFile log = open(new ArrayList<>());
    ByteBuffer payloads = ByteBuffer.allocate(7 * PAYLOAD);
    for (int i = 1; i <= 7; i++) {
      payloads.putInt(i);
    }
    log.append(payloads.flip());
    byte[] full = Samples.bytes(DIR.resolve("log-00000001.rec"));
    byte[] begun = Samples.bytes(DIR.resolve("log-00000002.rec"));
    byte[] spoilt = full.clone();
    spoilt[HEADER + 9] ^= 1;
    byte[] later = begun.clone();
    later[7] = 2;
    return Stream.of(
        input(full, begun),
        input(spoilt, begun),
        input(full, later),
        input(Arrays.copyOf(full, full.length + 100), Arrays.copyOf(begun, begun.length - 3)),
        input(new byte[0], full),
        new byte[0]);
  }

  private static byte[] input(byte[] first, byte[] second) {
    return ByteBuffer.allocate(2 + first.length + second.length)
        .putShort((short) first.length)
        .put(first)
        .put(second)
        .array();
  }
}
