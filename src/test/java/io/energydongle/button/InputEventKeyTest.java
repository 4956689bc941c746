// SPDX-License-Identifier: Apache-2.0
package io.energydongle.button;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.energydongle.button.Key.Event;
import io.energydongle.button.Key.KeyException;
import io.energydongle.config.BoardConfig;
import io.energydongle.testkit.FakeInput;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records as in Linux include/uapi/linux/input.h, from a file. */
class InputEventKeyTest {

  private static final int KEY_PROG1 = 148;

  @TempDir Path dir;

  private List<Event> events(int longBytes, int[]... records) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int[] record : records) {
      bytes.writeBytes(FakeInput.record(longBytes, record[0], record[1], record[2]));
    }
    Path file = Files.write(dir.resolve("event0"), bytes.toByteArray());
    List<Event> events = new ArrayList<>();
    try (InputEventKey key = new InputEventKey(FileChannel.open(file), KEY_PROG1, longBytes)) {
      while (true) {
        events.add(key.next());
      }
    } catch (EOFException e) {
      return events;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 4})
  void presses_and_releases_of_the_one_key_are_found_among_all_records(int longBytes)
      throws Exception {
    assertThat(
            events(
                longBytes,
                new int[] {1, KEY_PROG1, 1},
                new int[] {0, 0, 0},
                new int[] {1, KEY_PROG1, 2},
                new int[] {0, 0, 1},
                new int[] {1, 116, 1},
                new int[] {4, 4, KEY_PROG1},
                new int[] {1, KEY_PROG1, 0},
                new int[] {0, 0, 0}))
        .containsExactly(Event.PRESSED, Event.RELEASED);
  }

  @Test
  void a_record_has_24_bytes_on_64_bits_and_16_on_32() {
    assertThat(FakeInput.record(8, 1, 148, 1)).hasSize(24);
    assertThat(FakeInput.record(4, 1, 148, 1)).hasSize(16);
  }

  @Test
  void more_records_than_fit_at_once_are_all_read() throws Exception {
    int[][] many = new int[101][];
    for (int i = 0; i < many.length; i++) {
      many[i] = new int[] {1, KEY_PROG1, (i + 1) % 2};
    }
    assertThat(events(8, many)).hasSize(101);
  }

  @Test
  void when_the_kernel_has_dropped_records_nothing_is_known() throws Exception {
    assertThat(events(8, new int[] {1, KEY_PROG1, 1}, new int[] {0, 3, 0}))
        .containsExactly(Event.PRESSED, Event.UNKNOWN);
  }

  @Test
  void the_device_is_found_by_its_name_and_its_absence_is_told_with_what_to_do() throws Exception {
    try (FakeInput input = new FakeInput(dir, "box-button")) {
      Path dev = input.inputDir();
      Path names = input.classDir();
      try (Key key =
          InputEventKey.find(
              new BoardConfig.Button(dev, names, "box-button", KEY_PROG1, "", true))) {
        input.key(KEY_PROG1, 1);
        assertThat(key.next()).isEqualTo(Event.PRESSED);
      }
      assertThatThrownBy(
              () ->
                  InputEventKey.find(
                      new BoardConfig.Button(dev, names, "other", KEY_PROG1, "", true)))
          .isInstanceOf(KeyException.class)
          .hasMessageContaining("no input device is called \"other\"")
          .hasMessageContaining("config.txt");
    }
  }
}
