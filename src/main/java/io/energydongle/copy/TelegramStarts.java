// SPDX-License-Identifier: Apache-2.0
package io.energydongle.copy;

import java.time.Duration;

/**
 * Finds where telegrams begin in the bytes of a line, without looking into them: a slash at a line
 * start (P1), STX (TIC), or DBh behind a pause (encrypted telegrams, inside which any byte can
 * stand). Bit 7 is not looked at for the first two, because it may be parity.
 *
 * <p>Not thread safe.
 *
 * <p>Source: {@code platform.md} section 6 "P1 ext"; {@code p1.md} section 6; {@code tic.md}
 * section 1.
 */
final class TelegramStarts {

  /** Longer than any gap inside a telegram, shorter than any between two encrypted ones. */
  private static final long PAUSE_NANOS = Duration.ofMillis(400).toNanos();

  private static final int SEVEN_BITS = 0x7F;
  private static final int STX = 0x02;
  private static final int ENCRYPTED = 0xDB;

  private long lastNanos;
  private boolean first = true;
  private boolean afterPause;
  private boolean lineStart;
  private boolean encrypted;

  /** More bytes come. */
  void chunk(long nowNanos) {
    afterPause = first || nowNanos - lastNanos > PAUSE_NANOS;
    lineStart |= afterPause;
    first = false;
    lastNanos = nowNanos;
  }

  /** Whether a telegram begins with the next byte. */
  boolean at(byte next) {
    int value = next & 0xFF;
    boolean pause = afterPause;
    boolean atLineStart = lineStart;
    afterPause = false;
    int character = value & SEVEN_BITS;
    lineStart = character == '\n' || character == '\r';
    if (pause) {
      encrypted = value == ENCRYPTED;
    }
    if (encrypted) {
      return pause;
    }
    return character == STX || (character == '/' && atLineStart);
  }
}
