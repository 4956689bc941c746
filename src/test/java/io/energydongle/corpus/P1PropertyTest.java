// SPDX-License-Identifier: Apache-2.0
package io.energydongle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.config.MeterSettings;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.Samples;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What holds for any bytes, any pieces and any single damaged bit. */
class P1PropertyTest {

  private static final List<byte[]> TELEGRAMS =
      Samples.allTelegrams().stream().map(Samples::bytes).toList();

  @Provide
  Arbitrary<byte[]> telegramLikeBytes() {
    Arbitrary<Byte> structural =
        Arbitraries.of(
            (byte) '/',
            (byte) '!',
            (byte) '\r',
            (byte) '\n',
            (byte) '(',
            (byte) ')',
            (byte) '*',
            (byte) '1',
            (byte) '-',
            (byte) ':',
            (byte) '.',
            (byte) 0xDB,
            (byte) 8,
            (byte) 0xFF,
            (byte) 0);
    Arbitrary<Byte> any = Arbitraries.bytes();
    return Arbitraries.frequencyOf(Tuple.of(3, structural), Tuple.of(1, any))
        .array(byte[].class)
        .ofMaxSize(2000);
  }

  @Property(tries = 2000)
  void any_bytes_never_throw_and_never_hang(
      @ForAll("telegramLikeBytes") byte[] bytes, @ForAll @IntRange(min = 1, max = 64) int length) {
    Decoded decoded = Decoded.of(bytes, length, MeterSettings.DEFAULT);
    assertThat(decoded.rejections.size() + decoded.snapshots.size())
        .isLessThanOrEqualTo(bytes.length);
  }

  @Property(tries = 2000)
  void any_pieces_give_the_same_readings_and_rejections(
      @ForAll("telegramLikeBytes") byte[] noise,
      @ForAll @IntRange(max = 10_000) int telegram,
      @ForAll Random cuts) {
    byte[] chosen = TELEGRAMS.get(telegram % TELEGRAMS.size());
    byte[] capture = concat(noise, new byte[] {'\r', '\n'}, chosen, noise, chosen);
    Decoded whole = Decoded.of(capture);
    Decoded pieces = Decoded.of(capture, 1 + cuts.nextInt(97), MeterSettings.DEFAULT);
    assertThat(pieces.readings()).isEqualTo(whole.readings());
    assertThat(pieces.rejections).isEqualTo(whole.rejections);
  }

  @Property(tries = 1000)
  void bytes_that_were_changed_give_the_same_reading_or_none(
      @ForAll @IntRange(max = 10_000) int telegram, @ForAll Random changes) {
    byte[] original = withChecksum().get(telegram % withChecksum().size());
    byte[] damaged = original.clone();
    // One burst of up to 16 bits is always caught by a 16-bit checksum.
    int at = changes.nextInt(damaged.length - 1);
    damaged[at] ^= (byte) (1 + changes.nextInt(255));
    damaged[at + 1] ^= (byte) changes.nextInt(256);
    assertSameReadingOrNone(original, damaged, "bytes at " + at);
  }

  @Test
  void flipping_any_single_bit_of_a_telegram_with_checksum_never_gives_another_reading() {
    for (byte[] original : withChecksum()) {
      JsonNode reading = Decoded.of(original).reading();
      byte[] damaged = original.clone();
      for (int bit = 0; bit < 8 * original.length; bit++) {
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        for (JsonNode other : Decoded.of(damaged).readings()) {
          assertThat(other).as("bit %d of byte %d", bit % 8, bit / 8).isEqualTo(reading);
        }
        damaged[bit / 8] = original[bit / 8];
      }
    }
  }

  private static void assertSameReadingOrNone(byte[] original, byte[] damaged, String where) {
    JsonNode reading = Decoded.of(original).reading();
    for (JsonNode other : Decoded.of(damaged).readings()) {
      assertThat(other).as(where).isEqualTo(reading);
    }
  }

  /** Telegrams that end with a checksum. */
  private static List<byte[]> withChecksum() {
    List<byte[]> protectedOnes = new ArrayList<>();
    for (byte[] telegram : TELEGRAMS) {
      boolean digitsBehindTheMark = telegram[telegram.length - 3] != '!';
      if (digitsBehindTheMark) {
        protectedOnes.add(telegram);
      }
    }
    return protectedOnes;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void the_samples_of_this_test_are_there() {
    assertThat(Path.of("src/test/resources/telegrams/p1")).isDirectory();
    assertThat(withChecksum()).hasSizeGreaterThan(15);
  }
}
