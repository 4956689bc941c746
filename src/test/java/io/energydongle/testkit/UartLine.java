// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.io.ByteArrayOutputStream;

/**
 * A serial line bit by bit: what a receiver of one speed makes of a sender of another. A pseudo
 * terminal has no speed, so this is what tests wrong ones.
 *
 * <p>The sender frames each byte as start bit, eight bits (the least significant first) and stop
 * bit; seven bits with parity are the same ten bits. The receiver waits for a falling edge, samples
 * in the middle of its own bits, and hands the byte over whatever the stop bit is, as a port does
 * that ignores framing errors.
 */
public final class UartLine {

  private static final int BITS = 10;

  private UartLine() {}

  /**
   * The bytes that a receiver gets.
   *
   * @param gapBits idle bits of the sender between two bytes.
   */
  public static byte[] received(byte[] sent, int senderBaud, int receiverBaud, int gapBits) {
    boolean[] level = levels(sent, gapBits);
    double bitsPerSample = (double) senderBaud / receiverBaud;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    double at = 0;
    while (at < level.length) {
      if (levelAt(level, at)) {
        at += Math.min(1, bitsPerSample) / 16;
        continue;
      }
      int value = 0;
      for (int bit = 0; bit < 8; bit++) {
        value |= levelAt(level, at + bitsPerSample * (1.5 + bit)) ? 1 << bit : 0;
      }
      bytes.write(value);
      at += bitsPerSample * 9.5;
      // A line that is still low holds no start bit until it has been high.
      while (at < level.length && !levelAt(level, at)) {
        at += Math.min(1, bitsPerSample) / 16;
      }
    }
    return bytes.toByteArray();
  }

  private static boolean levelAt(boolean[] level, double place) {
    int at = (int) place;
    return at >= level.length || level[at];
  }

  private static boolean[] levels(byte[] sent, int gapBits) {
    boolean[] level = new boolean[sent.length * (BITS + gapBits)];
    int at = 0;
    for (byte b : sent) {
      level[at++] = false;
      for (int bit = 0; bit < 8; bit++) {
        level[at++] = (b >>> bit & 1) != 0;
      }
      for (int bit = 0; bit <= gapBits; bit++) {
        level[at++] = true;
      }
    }
    return level;
  }
}
