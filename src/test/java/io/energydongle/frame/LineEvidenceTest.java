// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.frame.LineEvidence.Diagnosis;
import io.energydongle.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LineEvidenceTest {

  private static Diagnosis of(byte[] bytes) {
    LineEvidence evidence = new LineEvidence();
    evidence.add(bytes, 0, bytes.length);
    return evidence.diagnose();
  }

  @Test
  void no_byte_is_a_silent_line() {
    assertThat(of(new byte[0])).isEqualTo(Diagnosis.SILENT);
  }

  @Test
  void the_complement_of_text_is_an_inverted_line() {
    assertThat(of(Samples.own("bad/inverted.capture"))).isEqualTo(Diagnosis.INVERTED);
  }

  /** Start bit 0, data, stop bit 1: inverted, the old stop bit starts a character. */
  @Test
  void text_of_an_inverted_line_as_a_uart_reads_it_is_an_inverted_line() {
    byte[] telegram = Samples.own("nl-dsmr50-3ph.telegram");
    byte[] read = new byte[telegram.length];
    for (int i = 0; i < read.length; i++) {
      read[i] = (byte) ((~telegram[i] & 0x7F) << 1 | 1);
    }
    assertThat(of(read)).isEqualTo(Diagnosis.INVERTED);
  }

  @Test
  void one_byte_over_and_over_is_no_inverted_text() {
    byte[] stuck = new byte[1000];
    Arrays.fill(stuck, (byte) 0xDB);
    assertThat(of(stuck)).isEqualTo(Diagnosis.UNREADABLE);
  }

  @Test
  void hdlc_and_mbus_frames_are_binary_dlms() {
    assertThat(of(Samples.own("bad/hdlc.capture"))).isEqualTo(Diagnosis.BINARY_DLMS);
    byte[] mbus = {
      0x68, (byte) 0xFA, (byte) 0xFA, 0x68, 0x53, (byte) 0xFF, 0, 1, 0x67, (byte) 0xDB
    };
    assertThat(of(mbus)).isEqualTo(Diagnosis.BINARY_DLMS);
  }

  @Test
  void random_bytes_are_not_taken_for_dlms() {
    assertThat(of(Samples.own("bad/noise.capture"))).isEqualTo(Diagnosis.UNREADABLE);
  }

  @Test
  void text_that_is_no_telegram_is_named_as_such() {
    byte[] text = "hello, here is a terminal\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(of(text)).isEqualTo(Diagnosis.TEXT_WITHOUT_TELEGRAM);
  }

  @Test
  void every_diagnosis_says_what_to_do() {
    for (Diagnosis diagnosis : Diagnosis.values()) {
      assertThat(diagnosis.finding()).isNotBlank();
      assertThat(diagnosis.advice(true, false)).isNotBlank();
      assertThat(diagnosis.advice(true, true)).contains(diagnosis.advice(false, true));
    }
  }
}
