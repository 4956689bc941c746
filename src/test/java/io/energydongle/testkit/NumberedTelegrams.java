// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Telegrams that say the same number in every value, so that a client sees at once whether all it
 * read came from one of them.
 */
public final class NumberedTelegrams {

  /** Numbers go from 0 up to this, without. */
  public static final int COUNT = 90;

  private NumberedTelegrams() {}

  /** The telegram of a number below {@link #COUNT}: 200 + n volt, n ampere, n watt per phase. */
  public static byte[] telegram(int number) {
    int n = number % COUNT;
    StringBuilder text = new StringBuilder("/EDS5\\NUMBERED\r\n\r\n1-3:0.2.8(50)\r\n");
    text.append("0-0:1.0.0(260115112241W)\r\n0-0:96.1.1(4E)\r\n1-0:1.8.1(000100.000*kWh)\r\n");
    line(text, "1-0:1.7.0(%06.3f*kW)", 3 * n / 1000.0);
    line(text, "1-0:2.7.0(%06.3f*kW)", 0);
    for (int phase = 0; phase < 3; phase++) {
      line(text, "1-0:" + (32 + 20 * phase) + ".7.0(%05.1f*V)", 200 + n);
      line(text, "1-0:" + (31 + 20 * phase) + ".7.0(%03.0f*A)", n);
      line(text, "1-0:" + (21 + 20 * phase) + ".7.0(%06.3f*kW)", n / 1000.0);
      line(text, "1-0:" + (22 + 20 * phase) + ".7.0(%06.3f*kW)", 0);
    }
    text.append('!');
    byte[] body = text.toString().getBytes(StandardCharsets.US_ASCII);
    text.append(String.format("%04X\r\n", crc(body)));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void line(StringBuilder text, String format, double value) {
    text.append(String.format(Locale.ROOT, format, value)).append("\r\n");
  }

  /** Bit by bit, so that it owes nothing to the product. */
  public static int crc(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0xA001 : crc >>> 1;
      }
    }
    return crc;
  }

  /**
   * The number that the registers 8006h to 8023h of one answer say.
   *
   * @param hex 30 registers, most significant word first.
   * @throws AssertionError when they say several.
   */
  public static int numberIn(String hex) {
    int n = Math.round(at(hex, 0x8006)) - 200;
    boolean same = Math.round(at(hex, 0x8016)) == 3 * n;
    for (int phase = 0; phase < 3; phase++) {
      same &= Math.round(at(hex, 0x8006 + 2 * phase)) == 200 + n;
      same &= Math.round(at(hex, 0x800E + 2 * phase)) == n;
      same &= Math.round(at(hex, 0x801E + 2 * phase)) == n;
    }
    if (!same) {
      throw new AssertionError("values of several telegrams in one answer: " + hex);
    }
    return n;
  }

  private static float at(String hex, int address) {
    int from = (address - 0x8006) * 4;
    return Float.intBitsToFloat((int) Long.parseLong(hex.substring(from, from + 8), 16));
  }
}
