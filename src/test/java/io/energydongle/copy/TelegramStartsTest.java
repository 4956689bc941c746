// SPDX-License-Identifier: Apache-2.0
package io.energydongle.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.testkit.NumberedTelegrams;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where telegrams begin. Source: {@code p1.md} section 2, {@code tic.md} section 1. */
class TelegramStartsTest {

  private static final long SECOND = 1_000_000_000L;

  private final TelegramStarts starts = new TelegramStarts();
  private long now;
  private int place;

  private List<Integer> in(byte[] bytes) {
    List<Integer> found = new ArrayList<>();
    starts.chunk(now);
    for (byte b : bytes) {
      if (starts.at(b)) {
        found.add(place);
      }
      place++;
    }
    return found;
  }

  private List<Integer> in(String text) {
    return in(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void a_p1_telegram_begins_with_a_slash_at_a_line_start() {
    byte[] telegram = NumberedTelegrams.telegram(1);
    assertThat(in(telegram)).containsExactly(0);
    assertThat(in(telegram)).containsExactly(telegram.length);
    assertThat(in("0-0:96.13.0(A/B)\r\n/X")).containsExactly(2 * telegram.length + 18);
  }

  @Test
  void parity_in_bit_seven_hides_nothing() {
    // Even parity of '/' (five ones) and of LF (two ones) as sent by a meter with 7E1.
    assertThat(in("x\n\u00af")).containsExactly(2);
    assertThat(in("x\u0082")).containsExactly(4);
  }

  @Test
  void a_tic_frame_begins_with_stx_and_needs_no_line_start() {
    assertThat(in("\u0003\u0002\nADCO 1 2\r")).containsExactly(1);
  }

  @Test
  void an_encrypted_telegram_begins_behind_a_pause_and_holds_no_other_beginning() {
    assertThat(in("\u00db\u0008\n/\u0002\u00db")).containsExactly(0);
    assertThat(in("\n/\u00db")).isEmpty();
    now += SECOND;
    assertThat(in("\u00db\n/")).containsExactly(9);
    now += SECOND;
    assertThat(in("/ISK")).containsExactly(12);
  }
}
