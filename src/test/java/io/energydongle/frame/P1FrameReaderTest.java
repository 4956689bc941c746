// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.frame.P1Frame.Trailer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class P1FrameReaderTest {

  /** Keeps what a reader finds, as text. */
  private static final class Kept implements FrameSink {
    private final List<String> found = new ArrayList<>();
    private boolean takeEncrypted = true;

    @Override
    public void telegram(P1Frame frame) {
      String text =
          new String(frame.buffer(), 0, frame.length(), StandardCharsets.ISO_8859_1)
              .replace("\r\n", "|");
      String trailer =
          frame.trailer() == Trailer.CHECKSUM
              ? String.format("%04X", frame.checksum())
              : frame.trailer().name();
      found.add(frame.offset() + ":" + text + trailer);
    }

    @Override
    public boolean encrypted(EncryptedFrame frame) {
      found.add(frame.offset() + ":encrypted " + frame.length() + " counter " + frame.counter());
      return takeEncrypted;
    }

    @Override
    public void rejected(Rejection rejection) {
      found.add(rejection.offset() + ":" + rejection.reason().code());
    }
  }

  private final Kept kept = new Kept();
  private final P1FrameReader reader = new P1FrameReader(kept, false);

  private List<String> read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    reader.feed(bytes, 0, bytes.length);
    return kept.found;
  }

  @Test
  void a_telegram_ends_with_its_fourth_checksum_digit() {
    assertThat(read("/ABC5\r\n\r\n1-0:1.7.0(1)\r\n!12aB"))
        .containsExactly("0:/ABC5||1-0:1.7.0(1)|!12AB");
  }

  @Test
  void a_shorter_checksum_ends_with_the_line() {
    assertThat(read("/ABC5\r\n\r\n!7\r\n")).containsExactly("0:/ABC5||!0007");
  }

  @Test
  void a_telegram_may_end_without_checksum() {
    assertThat(read("/ABC5\r\n\r\n!\r\n")).containsExactly("0:/ABC5||!NOTHING");
  }

  @Test
  void a_checksum_followed_by_something_else_is_damaged() {
    assertThat(read("/ABC5\r\n\r\n!7x")).containsExactly("0:/ABC5||!DAMAGED");
  }

  @Test
  void a_missing_line_end_at_the_end_of_the_input_does_no_harm() {
    read("/ABC5\r\n\r\n!");
    reader.endOfInput();
    assertThat(kept.found).containsExactly("0:/ABC5||!NOTHING");
  }

  @Test
  void the_offset_is_that_of_the_slash() {
    assertThat(read("noise\r\n/ABC5\r\n\r\n!0000")).containsExactly("7:/ABC5||!0000");
  }

  @Test
  void slash_and_exclamation_mark_count_only_at_a_line_start() {
    assertThat(read("/A/B!C\r\n\r\n0-0:96.13.0(a/b!c)\r\n!0001"))
        .containsExactly("0:/A/B!C||0-0:96.13.0(a/b!c)|!0001");
  }

  @Test
  void nul_and_ff_are_line_ends() {
    assertThat(read("x\0/A\r\n\r\n!0001\u00FF/B\r\n\r\n!0002"))
        .containsExactly("2:/A||!0001", "14:/B||!0002");
  }

  @Test
  void a_slash_at_a_line_start_begins_anew() {
    assertThat(read("/A\r\n\r\nline\r\n/B\r\n\r\n!0002"))
        .containsExactly("0:truncated", "12:/B||!0002");
  }

  @Test
  void silence_ends_an_open_telegram() {
    read("/A\r\n\r\nline");
    reader.endOfInput();
    read("/B\r\n\r\n!0002");
    assertThat(kept.found).containsExactly("0:truncated", "10:/B||!0002");
  }

  @Test
  void an_identification_may_be_as_short_as_one_letter_but_not_binary() {
    assertThat(read("\n/\u0001\r\n/B\r\n\r\n!0002"))
        .containsExactly("1:malformed-ident", "5:/B||!0002");
  }

  @Test
  void a_telegram_of_more_than_16_kb_is_given_up() {
    String endless = "0-0:96.13.0(30)\r\n".repeat(1100);
    assertThat(read("/A\r\n\r\n" + endless + "!0001\r\n/B\r\n\r\n!0002"))
        .containsExactly("0:too-long", (6 + endless.length() + 7) + ":/B||!0002");
  }

  @Test
  void a_telegram_of_just_16_kb_is_read() {
    int filler = P1FrameReader.LENGTH_MAX - "/A\r\n\r\n\r\n!".length();
    read("/A\r\n\r\n" + "x".repeat(filler) + "\r\n!0001");
    assertThat(kept.found).hasSize(1);
    assertThat(kept.found.get(0)).endsWith("!0001");
  }

  private static String encryptedFrame(int counter, int content) {
    StringBuilder frame = new StringBuilder("\u00DB\u0008SYSTITLE\u0082");
    frame.append((char) (content >> 8)).append((char) (content & 0xFF)).append((char) 0x30);
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.append((char) (counter >>> shift & 0xFF));
    }
    return frame.append("c".repeat(content - 5)).toString();
  }

  @Test
  void an_encrypted_frame_is_as_long_as_its_header_says() {
    assertThat(read("noise" + encryptedFrame(7, 300) + "/A\r\n\r\n!0001"))
        .containsExactly("5:encrypted 313 counter 7", "318:/A||!0001");
  }

  @Test
  void inside_what_turned_out_to_be_no_encrypted_frame_the_search_goes_on() {
    kept.takeEncrypted = false;
    String hidden = "\r\n/A\r\n\r\n!0001";
    String frame = encryptedFrame(7, 40 + hidden.length());
    String notAFrame = frame.substring(0, frame.length() - hidden.length()) + hidden;
    assertThat(read(notAFrame + "\r\n/B\r\n\r\n!0002"))
        .containsExactly(
            "0:encrypted 66 counter 7", "55:/A||!0001", (notAFrame.length() + 2) + ":/B||!0002");
  }

  @Test
  void a_frame_longer_than_16_kb_is_none() {
    assertThat(read(encryptedFrame(7, 20_000) + "\r\n/B\r\n\r\n!0002"))
        .containsExactly("20015:/B||!0002");
  }

  @Test
  void an_unfinished_encrypted_frame_gives_up_at_the_end_of_the_input() {
    String unfinished = encryptedFrame(7, 400).substring(0, 100) + "\r\n/B\r\n\r\n!0002";
    assertThat(read(unfinished)).isEmpty();
    reader.endOfInput();
    assertThat(kept.found).containsExactly("102:/B||!0002");
  }

  @Test
  void an_open_search_for_frames_cannot_be_made_to_hang() {
    String worst = "\u00DB\u0008".repeat(8_000);
    byte[] bytes = worst.getBytes(StandardCharsets.ISO_8859_1);
    reader.feed(bytes, 0, bytes.length);
    reader.endOfInput();
    assertThat(read("\r\n/B\r\n\r\n!0002")).containsExactly("16002:/B||!0002");
  }
}
