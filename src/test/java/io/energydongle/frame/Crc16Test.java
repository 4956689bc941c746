// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class Crc16Test {

  @Test
  void gives_the_published_check_value_of_crc_16_arc() {
    byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(Crc16.of(check, 0, check.length)).isEqualTo(0xBB3D);
  }

  @Test
  void nothing_gives_zero() {
    assertThat(Crc16.of(new byte[0], 0, 0)).isZero();
  }

  @Property
  void agrees_with_the_polynomial_bit_by_bit(@ForAll byte[] bytes) {
    assertThat(Crc16.of(bytes, 0, bytes.length)).isEqualTo(bitByBit(bytes));
  }

  @Property
  void can_be_continued_anywhere(@ForAll byte[] first, @ForAll byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    int crc = Crc16.of(both, 0, first.length);
    assertThat(Crc16.update(crc, both, first.length, second.length))
        .isEqualTo(Crc16.of(both, 0, both.length));
  }

  /** DSMR P1 5.0.2 §6.2: x^16 + x^15 + x^2 + 1, least significant bit first. */
  private static int bitByBit(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      for (int bit = 0; bit < 8; bit++) {
        boolean one = ((crc ^ b >>> bit) & 1) != 0;
        crc = one ? crc >>> 1 ^ 0xA001 : crc >>> 1;
      }
    }
    return crc;
  }
}
