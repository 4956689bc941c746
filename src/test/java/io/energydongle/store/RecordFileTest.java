// SPDX-License-Identifier: Apache-2.0
package io.energydongle.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFileTest {

  private static final int VERSION = 1;

  @TempDir Path dir;

  /** Payloads of four bytes, four records in a file, two files beside the one being written. */
  private RecordFile open(int version, List<Integer> found) {
    RecordFile file = new RecordFile(dir, "log", version, Integer.BYTES, 4, 2);
    file.readAll(payload -> found.add(payload.getInt()));
    return file;
  }

  private List<Integer> readAgain() {
    List<Integer> found = new ArrayList<>();
    open(VERSION, found);
    return found;
  }

  private static void append(RecordFile file, int... values) throws IOException {
    ByteBuffer payloads = ByteBuffer.allocate(values.length * Integer.BYTES);
    IntStream.of(values).forEach(payloads::putInt);
    file.append(payloads.flip());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void a_file_is_a_header_and_records_with_their_crc() throws IOException {
    append(open(VERSION, new ArrayList<>()), 0x31323334);
    // CRC-32 as zlib: of "EDRF" 00000001 00000004 and of "1234".
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(dir.resolve("log-00000001.rec"))))
        .isEqualTo("45445246" + "00000001" + "00000004" + "9fe0adb3" + "31323334" + "9be3e0a3");
  }

  @Test
  void records_come_back_in_the_order_of_writing_over_files_and_restarts() throws IOException {
    append(open(VERSION, new ArrayList<>()), 1, 2, 3);
    append(open(VERSION, new ArrayList<>()), 4, 5, 6, 7, 8, 9);
    assertThat(readAgain()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(names()).containsExactly("log-00000001.rec", "log-00000002.rec", "log-00000003.rec");
  }

  @Test
  void the_oldest_file_goes_so_that_the_size_is_bounded() throws IOException {
    RecordFile file = open(VERSION, new ArrayList<>());
    for (int i = 1; i <= 1001; i++) {
      append(file, i);
    }
    // 250 full files and one record; two full files stay.
    assertThat(readAgain()).containsExactly(993, 994, 995, 996, 997, 998, 999, 1000, 1001);
    assertThat(names()).containsExactly("log-00000249.rec", "log-00000250.rec", "log-00000251.rec");
  }

  @Test
  void an_append_covers_what_a_torn_write_left() throws IOException {
    append(open(VERSION, new ArrayList<>()), 1, 2, 3);
    Path only = dir.resolve("log-00000001.rec");
    byte[] whole = Files.readAllBytes(only);
    for (int cut = 1; cut <= whole.length; cut++) {
      Files.write(only, Arrays.copyOf(whole, whole.length - cut));
      append(open(VERSION, new ArrayList<>()), 7, 8);
      int left = Math.max(0, whole.length - cut - RecordFile.HEADER_BYTES) / 8;
      List<Integer> expected = new ArrayList<>(List.of(1, 2, 3).subList(0, left));
      expected.addAll(List.of(7, 8));
      assertThat(readAgain()).as("cut by %d", cut).isEqualTo(expected);
      for (String name : names()) {
        Files.delete(dir.resolve(name));
      }
    }
  }

  @Test
  void a_log_of_another_version_is_set_aside() throws IOException {
    append(open(VERSION + 1, new ArrayList<>()), 1, 2, 3);
    List<Integer> found = new ArrayList<>();
    append(open(VERSION, found), 4);
    assertThat(found).isEmpty();
    assertThat(readAgain()).containsExactly(4);
    assertThat(names()).contains("log.unreadable");
  }

  @Test
  void a_file_that_cannot_be_read_is_neither_fatal_nor_overwritten() throws IOException {
    // A directory cannot be read as a file by anybody.
    Files.createDirectories(dir.resolve("log-00000005.rec").resolve("inner"));
    append(open(VERSION, new ArrayList<>()), 1);
    assertThat(names()).containsExactly("log-00000005.rec", "log-00000006.rec");
    assertThat(readAgain()).containsExactly(1);
  }

  @Test
  void clearing_leaves_no_file_and_the_log_goes_on() throws IOException {
    RecordFile file = open(VERSION, new ArrayList<>());
    append(file, 1, 2, 3, 4, 5);
    file.clear();
    assertThat(names()).isEmpty();
    append(file, 6);
    assertThat(readAgain()).containsExactly(6);
  }
}
