// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.testkit.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CharacterFormatTest {

  private static final byte[] TELEGRAM = Samples.own("nl-dsmr22.telegram");

  private final List<String> found = new ArrayList<>();
  private final CharacterFormat format =
      new CharacterFormat(
          new P1FrameReader(
              new FrameSink() {
                @Override
                public void telegram(P1Frame frame) {
                  found.add("telegram of " + frame.length() + " at " + frame.offset());
                }

                @Override
                public boolean encrypted(EncryptedFrame frame) {
                  return false;
                }

                @Override
                public void rejected(Rejection rejection) {
                  found.add(rejection.reason().code());
                }
              },
              false));

  /** The character as a 7E1 line sends it: the top bit makes the number of ones even. */
  private static byte[] withParity(byte[] bytes) {
    byte[] out = bytes.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] |= (byte) ((Integer.bitCount(out[i] & 0x7F) & 1) << 7);
    }
    return out;
  }

  private void feed(byte[] bytes, int pieceLength) {
    for (int at = 0; at < bytes.length; at += pieceLength) {
      format.feed(bytes, at, Math.min(pieceLength, bytes.length - at));
    }
  }

  @Test
  void seven_bits_are_found_within_the_first_telegram_in_pieces_of_any_size() {
    byte[] telegram = withParity(TELEGRAM);
    for (int length = 1; length <= telegram.length; length++) {
      CharacterFormatTest fresh = new CharacterFormatTest();
      fresh.feed(telegram, length);
      assertThat(fresh.found)
          .as("pieces of %d", length)
          .containsExactly("telegram of " + (TELEGRAM.length - 2) + " at 0");
      assertThat(fresh.format.sevenBits()).isTrue();
    }
  }

  @Test
  void eight_bits_stay_eight_bits() {
    feed(TELEGRAM, 50);
    assertThat(found).hasSize(1);
    assertThat(format.sevenBits()).isFalse();
  }

  @Test
  void a_run_of_ff_in_an_eight_bit_telegram_is_not_taken_for_parity() {
    feed(Samples.own("bad/message-of-ff.capture"), 7);
    assertThat(found).hasSize(1);
    assertThat(format.sevenBits()).isFalse();
  }

  @Test
  void wrong_parity_is_counted_and_the_character_made_unusable() {
    byte[] telegram = withParity(TELEGRAM);
    telegram[200] ^= 0x04;
    feed(telegram, 64);
    assertThat(format.parityErrors()).isEqualTo(1);
    assertThat(found).hasSize(1);
  }

  @Test
  void a_line_that_changes_back_to_eight_bits_is_followed() {
    feed(withParity(TELEGRAM), 100);
    feed(TELEGRAM, 100);
    feed(TELEGRAM, 100);
    assertThat(format.sevenBits()).isFalse();
    assertThat(found).filteredOn(f -> f.startsWith("telegram")).hasSizeGreaterThanOrEqualTo(2);
  }
}
