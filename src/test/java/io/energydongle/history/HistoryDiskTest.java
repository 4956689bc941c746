// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import static io.energydongle.history.Feed.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.energydongle.store.RecordFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryDiskTest {

  @TempDir Path dir;

  private Path minuteFile() {
    return dir.resolve("history/minute-00000001.rec");
  }

  @Test
  void a_record_that_was_torn_at_any_byte_costs_only_itself() throws IOException {
    new Feed(dir).span(NOON, NOON + 301, 10).history().flush();
    byte[] whole = Files.readAllBytes(minuteFile());
    int recordBytes = Track.PAYLOAD_BYTES + RecordFile.CRC_BYTES;
    // Five finished minutes and the running one.
    assertThat(whole).hasSize(RecordFile.HEADER_BYTES + 6 * recordBytes);
    for (int cut = 1; cut <= 2 * recordBytes; cut++) {
      Files.write(minuteFile(), Arrays.copyOf(whole, whole.length - cut));
      Feed feed = new Feed(dir);
      feed.span(NOON + 360, NOON + 421, 10).history().flush();
      feed.restart();
      List<Long> expected =
          cut <= recordBytes - 1 || cut == recordBytes
              ? List.of(0L, 1L, 2L, 3L, 4L, 6L)
              : List.of(0L, 1L, 2L, 3L, 6L);
      assertThat(feed.minuteStarts()).as("cut by %d", cut).isEqualTo(expected);
    }
  }

  @Test
  void a_flipped_byte_anywhere_makes_no_record_that_was_never_written() throws IOException {
    Feed original = new Feed(dir).span(NOON, NOON + 301, 10);
    original.history().flush();
    Set<HistoryRecord> written = new HashSet<>(original.minutes());
    byte[] whole = Files.readAllBytes(minuteFile());
    for (int at = 0; at < whole.length; at++) {
      for (int flip : new int[] {0x01, 0x80, 0xFF}) {
        byte[] spoilt = whole.clone();
        spoilt[at] ^= (byte) flip;
        Files.write(minuteFile(), spoilt);
        List<HistoryRecord> found = new Feed(dir).minutes();
        assertThat(written).containsAll(found);
        int expected = at < RecordFile.HEADER_BYTES ? 0 : at < whole.length - 72 ? 4 : 5;
        assertThat(found).as("byte %d", at).hasSize(expected);
      }
    }
  }

  @Test
  void a_file_that_is_none_of_ours_is_set_aside_and_recording_goes_on() throws IOException {
    Files.createDirectories(dir.resolve("history"));
    Files.writeString(minuteFile(), "not a history at all, but long enough to look like one");
    Files.writeString(dir.resolve("history/minute-x.rec"), "no number");
    Feed feed = new Feed(dir);
    assertThat(dir.resolve("history/minute.unreadable")).exists();
    assertThat(minuteFile()).doesNotExist();
    feed.span(NOON, NOON + 61, 10).history().flush();
    assertThat(feed.history().fault()).isEmpty();
    assertThat(feed.restart().minuteStarts()).containsExactly(0L);
  }

  @Test
  void zeros_where_a_power_cut_left_them_are_no_records() throws IOException {
    new Feed(dir).span(NOON, NOON + 301, 10).history().flush();
    byte[] whole = Files.readAllBytes(minuteFile());
    Files.write(minuteFile(), Arrays.copyOf(whole, whole.length + 4096));
    Feed feed = new Feed(dir);
    assertThat(feed.minuteStarts()).containsExactly(0L, 1L, 2L, 3L, 4L);
    feed.span(NOON + 310, NOON + 421, 10).history().flush();
    assertThat(feed.restart().minuteStarts()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void a_disk_that_refuses_is_told_of_and_nothing_is_lost_once_it_takes_again() throws IOException {
    // A file in the place of the directory refuses everybody, root as well.
    Files.writeString(dir.resolve("history"), "");
    Feed feed = new Feed(dir).span(NOON, NOON + 7200, 10);
    feed.history().flush();
    assertThat(feed.history().fault().orElseThrow())
        .startsWith("The history could not be saved (")
        .contains("kept in memory and lost when the power goes off")
        .endsWith("Check that the disk is neither full nor read-only");
    assertThat(feed.minutes()).hasSize(119);
    Files.delete(dir.resolve("history"));
    feed.history().flush();
    assertThat(feed.history().fault()).isEmpty();
    assertThat(feed.restart().minutes()).hasSize(119);
  }

  @Test
  void more_than_a_batch_is_saved_at_once_when_the_disk_takes_again() throws IOException {
    Files.writeString(dir.resolve("history"), "");
    Feed feed = new Feed(dir).span(NOON, NOON + 60 * 3600, 30);
    feed.history().flush();
    Files.delete(dir.resolve("history"));
    feed.history().flush();
    List<HistoryRecord> before = List.copyOf(feed.minutes());
    assertThat(before).hasSize(2880);
    assertThat(List.copyOf(feed.restart().minutes())).isEqualTo(before);
  }

  @Test
  void a_full_disk_is_told_of_and_nothing_is_lost_once_there_is_room() throws Exception {
    assumeTinyDisk();
    try {
      Path filler = dir.resolve("filler");
      Feed feed = new Feed(dir).span(NOON, NOON + 901, 10);
      feed.history().flush();
      assertThat(feed.history().fault()).isEmpty();
      fill(filler);
      // More than the rest of the last page of either file.
      feed.span(NOON + 910, NOON + 7 * 3600, 10).history().flush();
      assertThat(feed.history().fault().orElseThrow()).contains("No space left on device");
      assertThat(feed.minutes()).hasSize(419);
      HistoryTest.assertStrictlyRising(new Feed(dir).minutes());
      Files.delete(filler);
      feed.history().flush();
      assertThat(feed.history().fault()).isEmpty();
      List<HistoryRecord> before = List.copyOf(feed.minutes());
      assertThat(List.copyOf(feed.restart().minutes())).isEqualTo(before);
    } finally {
      new ProcessBuilder("umount", dir.toString()).start().waitFor(10, TimeUnit.SECONDS);
    }
  }

  private void assumeTinyDisk() throws Exception {
    boolean mounted;
    try {
      Process mount =
          new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", dir.toString())
              .start();
      mounted = mount.waitFor(10, TimeUnit.SECONDS) && mount.exitValue() == 0;
    } catch (IOException e) {
      mounted = false;
    }
    if (!mounted) {
      System.err.println("\n*** SKIPPED: no right to mount, so no full disk was tested ***\n");
    }
    assumeTrue(mounted, "mounting a tiny disk needs root");
  }

  private static void fill(Path filler) {
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[1024]);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }
}
