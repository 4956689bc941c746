// SPDX-License-Identifier: Apache-2.0
package io.energydongle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Phase;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.Samples;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Damage that must never produce a number that the meter did not send. */
class TicMutationTest {

  /** What a charger would get; energies only count when they are not carried over or absent. */
  private record Live(Set<String> powers, Set<String> counters) {
    static Live of(List<MeterSnapshot> snapshots) {
      Set<String> powers = new HashSet<>();
      Set<String> counters = new HashSet<>();
      for (MeterSnapshot snapshot : snapshots) {
        powers.add(
            snapshot.netMilliWatt()
                + " "
                + snapshot.phases().stream().map(Phase::toString).collect(Collectors.joining()));
        snapshot
            .energyImport()
            .totalMicroWattHour()
            .ifPresent(total -> counters.add("import " + total));
        snapshot
            .energyExport()
            .totalMicroWattHour()
            .ifPresent(total -> counters.add("export " + total));
      }
      return new Live(powers, counters);
    }

    void holdsAllOf(List<MeterSnapshot> others, Path file, String mutation) {
      Live damaged = of(others);
      assertThat(powers).as("%s, %s", file, mutation).containsAll(damaged.powers);
      assertThat(counters).as("%s, %s", file, mutation).containsAll(damaged.counters);
    }
  }

  private static byte[] withParity(byte[] text) {
    byte[] raw = text.clone();
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) ((Integer.bitCount(raw[i]) & 1) == 0 ? raw[i] : raw[i] | 0x80);
    }
    return raw;
  }

  private static byte[] replaced(byte[] text, int from, int to) {
    byte[] changed = text.clone();
    for (int i = 0; i < changed.length; i++) {
      changed[i] = changed[i] == from ? (byte) to : changed[i];
    }
    return changed;
  }

  private static byte[] without(byte[] text, int place) {
    byte[] shorter = new byte[text.length - 1];
    System.arraycopy(text, 0, shorter, 0, place);
    System.arraycopy(text, place + 1, shorter, place, shorter.length - place);
    return shorter;
  }

  @Test
  void one_dropped_byte_never_changes_a_value() {
    for (Path file : Samples.allTicFrames()) {
      byte[] text = Samples.bytes(file);
      Live whole = Live.of(Decoded.of(text).snapshots);
      for (int place = 0; place < text.length; place++) {
        whole.holdsAllOf(Decoded.of(without(text, place)).snapshots, file, "without " + place);
      }
    }
  }

  @Test
  void bit_six_of_any_digit_never_changes_a_value() {
    for (Path file : Samples.allTicFrames()) {
      byte[] raw = withParity(Samples.bytes(file));
      Live whole = Live.of(Decoded.of(raw).snapshots);
      for (int place = 0; place < raw.length; place++) {
        int c = raw[place] & 0x7F;
        if (c >= '0' && c <= '9') {
          byte[] flipped = raw.clone();
          flipped[place] ^= 0x40;
          whole.holdsAllOf(Decoded.of(flipped).snapshots, file, "bit 6 of " + place);
        }
      }
    }
  }

  @Test
  void any_single_bit_of_the_raw_line_never_changes_a_value() {
    for (Path file : Samples.allTicFrames()) {
      byte[] raw = withParity(Samples.bytes(file));
      Live whole = Live.of(Decoded.of(raw).snapshots);
      // All bits of the short ones, a choice of the bits of the long ones.
      int step = 1 + raw.length / 400;
      for (int bit = raw.length % step; bit < 8 * raw.length; bit += step) {
        byte[] flipped = raw.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        whole.holdsAllOf(Decoded.of(flipped).snapshots, file, "bit " + bit);
      }
    }
  }

  @Test
  void damaged_line_ends_never_change_a_value() {
    for (Path file : Samples.allTicFrames()) {
      byte[] text = Samples.bytes(file);
      Live whole = Live.of(Decoded.of(text).snapshots);
      whole.holdsAllOf(Decoded.of(replaced(text, 0x0A, 0x0F)).snapshots, file, "LF read as 0F");
      whole.holdsAllOf(Decoded.of(replaced(text, 0x0D, 0x0C)).snapshots, file, "CR read as 0C");
      ByteArrayOutputStream nulls = new ByteArrayOutputStream();
      for (byte b : text) {
        nulls.write(b);
        if (b == 0x0D) {
          nulls.write(0);
        }
      }
      Decoded withNulls = Decoded.of(nulls.toByteArray());
      whole.holdsAllOf(withNulls.snapshots, file, "00 behind every CR");
      assertThat(withNulls.snapshots).hasSameSizeAs(Decoded.of(text).snapshots);
    }
  }

  @Test
  void a_cut_at_any_place_never_changes_a_value() {
    for (Path file : Samples.allTicFrames()) {
      byte[] text = Samples.bytes(file);
      Live whole = Live.of(Decoded.of(text).snapshots);
      for (int place = 1; place < text.length; place++) {
        byte[] head = Arrays.copyOf(text, place);
        byte[] tail = Arrays.copyOfRange(text, place, text.length);
        whole.holdsAllOf(Decoded.of(head).snapshots, file, "up to " + place);
        whole.holdsAllOf(Decoded.of(tail).snapshots, file, "from " + place);
      }
    }
  }

  @Test
  void a_hundred_times_the_same_gives_the_same_a_hundred_times() {
    for (Path file : Samples.allTicFrames()) {
      byte[] text = Samples.bytes(file);
      List<MeterSnapshot> once = Decoded.of(text).snapshots;
      ByteArrayOutputStream many = new ByteArrayOutputStream();
      for (int i = 0; i < 100; i++) {
        many.writeBytes(text);
      }
      Decoded hundred = Decoded.of(many.toByteArray());
      // Where a capture begins in mid-frame, its end and its beginning make one more true frame.
      if (text[0] == 0x02) {
        Live.of(once).holdsAllOf(hundred.snapshots, file, "a hundred times");
      }
      assertThat(hundred.snapshots.size()).isGreaterThanOrEqualTo(once.size() * 99);
    }
  }
}
