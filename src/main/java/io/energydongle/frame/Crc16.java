// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

/**
 * CRC-16/ARC: polynomial 8005h reflected (A001h), start 0, no final XOR. Covers a P1 telegram from
 * the slash up to and including the exclamation mark.
 *
 * <p>Source: DSMR P1 5.0.2 §6.2.
 */
public final class Crc16 {

  private static final int POLYNOMIAL_REFLECTED = 0xA001;
  private static final int STEP = 8;

  /** {@code TABLE[k << 8 | b]}: effect of byte b when k more bytes follow it in the same step. */
  private static final char[] TABLE = table();

  private Crc16() {}

  /** The checksum of {@code length} bytes from {@code offset}, 0..FFFFh. */
  public static int of(byte[] bytes, int offset, int length) {
    return update(0, bytes, offset, length);
  }

  /** Continues a checksum with more bytes. */
  public static int update(int crc, byte[] bytes, int offset, int length) {
    char[] table = TABLE;
    int at = offset;
    int end = offset + length;
    // Eight bytes a step: the look-ups do not wait for each other, which is what costs time.
    while (end - at >= STEP) {
      crc =
          table[7 << 8 | ((crc ^ bytes[at]) & 0xFF)]
              ^ table[6 << 8 | (((crc >>> 8) ^ bytes[at + 1]) & 0xFF)]
              ^ table[5 << 8 | (bytes[at + 2] & 0xFF)]
              ^ table[4 << 8 | (bytes[at + 3] & 0xFF)]
              ^ table[3 << 8 | (bytes[at + 4] & 0xFF)]
              ^ table[2 << 8 | (bytes[at + 5] & 0xFF)]
              ^ table[1 << 8 | (bytes[at + 6] & 0xFF)]
              ^ table[bytes[at + 7] & 0xFF];
      at += STEP;
    }
    while (at < end) {
      crc = (crc >>> 8) ^ table[(crc ^ bytes[at++]) & 0xFF];
    }
    return crc;
  }

  private static char[] table() {
    char[] table = new char[STEP << 8];
    for (int value = 0; value < 256; value++) {
      int crc = value;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL_REFLECTED;
      }
      table[value] = (char) crc;
    }
    for (int at = 256; at < table.length; at++) {
      int before = table[at - 256];
      table[at] = (char) ((before >>> 8) ^ table[before & 0xFF]);
    }
    return table;
  }
}
