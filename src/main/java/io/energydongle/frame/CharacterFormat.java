// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

/**
 * Finds out whether characters come as eight bits, or as seven bits and even parity on a port that
 * reads eight, and strips the parity bit in the second case.
 *
 * <p>Both forms are ten bits on the line, so one port setting (8N1) serves every meter, and a wrong
 * parity can be counted instead of vanishing in a driver. Seven bits are recognised when in 64
 * bytes in a row every byte has even parity and between 20 % and 80 % have the top bit set; the 64
 * bytes are then read again, so that not even the first telegram is lost. Text of an eight-bit
 * meter cannot look like that: half of its digits have odd parity.
 *
 * <p>Not thread safe; one per line.
 *
 * <p>Source: {@code p1.md} section 1.
 */
public final class CharacterFormat {

  /** Stands for a character that came with wrong parity; no telegram holds it. */
  public static final byte DAMAGED = 0x1A;

  private static final int WINDOW = 64;
  private static final int TOP_BIT_MIN = WINDOW / 5;
  private static final int TOP_BIT_MAX = WINDOW - WINDOW / 5;

  /** So many odd bytes among 64 are no accident: half of all eight-bit text is odd. */
  private static final int ODD_MAX = WINDOW / 4;

  private static final int CHUNK = 512;

  private final P1FrameReader reader;
  private final byte[] window = new byte[WINDOW];
  private final byte[] stripped = new byte[CHUNK];
  private int windowFill;
  private int windowNext;
  private int windowOdd;
  private int windowTopBits;
  private boolean sevenBits;
  private long parityErrors;

  /** Feeds {@code reader} with characters. */
  public CharacterFormat(P1FrameReader reader) {
    this.reader = reader;
  }

  /** Takes the next bytes from the port, in pieces of any size. */
  public void feed(byte[] bytes, int offset, int count) {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      at = sevenBits ? feedSevenBits(bytes, at, end) : feedEightBits(bytes, at, end);
    }
  }

  /** The line is silent, or the capture ends. */
  public void endOfInput() {
    reader.endOfInput();
    clearWindow();
  }

  /** True while the line is taken for seven bits and even parity. */
  public boolean sevenBits() {
    return sevenBits;
  }

  /** Characters with wrong parity so far; only counted while {@link #sevenBits()}. */
  public long parityErrors() {
    return parityErrors;
  }

  private int feedEightBits(byte[] bytes, int from, int end) {
    if (windowTopBits == 0 && !anyTopBit(bytes, from, end)) {
      rememberPlain(bytes, from, end);
      reader.feed(bytes, from, end - from);
      return end;
    }
    for (int at = from; at < end; at++) {
      remember(bytes[at]);
      if (looksLikeSevenBits()) {
        reader.feed(bytes, from, at + 1 - from);
        switchToSevenBits();
        return at + 1;
      }
    }
    reader.feed(bytes, from, end - from);
    return end;
  }

  private int feedSevenBits(byte[] bytes, int from, int end) {
    int n = 0;
    int at = from;
    while (at < end && n < CHUNK && sevenBits) {
      byte b = bytes[at++];
      remember(b);
      if (isOdd(b)) {
        parityErrors++;
        stripped[n++] = DAMAGED;
        sevenBits = windowOdd <= ODD_MAX;
      } else {
        stripped[n++] = (byte) (b & 0x7F);
      }
    }
    reader.feed(stripped, 0, n);
    return at;
  }

  private boolean looksLikeSevenBits() {
    return windowFill == WINDOW
        && windowOdd == 0
        && windowTopBits >= TOP_BIT_MIN
        && windowTopBits <= TOP_BIT_MAX;
  }

  private void switchToSevenBits() {
    sevenBits = true;
    reader.restartAt(reader.position() - WINDOW);
    byte[] again = new byte[WINDOW];
    for (int i = 0; i < WINDOW; i++) {
      again[i] = (byte) (window[(windowNext + i) % WINDOW] & 0x7F);
    }
    reader.feed(again, 0, WINDOW);
  }

  private static boolean anyTopBit(byte[] bytes, int from, int end) {
    int all = 0;
    for (int at = from; at < end; at++) {
      all |= bytes[at];
    }
    return all < 0;
  }

  /** Only the last bytes of a long run of plain text can still matter. */
  private void rememberPlain(byte[] bytes, int from, int end) {
    for (int at = Math.max(from, end - WINDOW); at < end; at++) {
      remember(bytes[at]);
    }
  }

  private void remember(byte b) {
    if (windowFill == WINDOW) {
      byte old = window[windowNext];
      windowOdd -= isOdd(old) ? 1 : 0;
      windowTopBits -= old < 0 ? 1 : 0;
    } else {
      windowFill++;
    }
    window[windowNext] = b;
    windowNext = (windowNext + 1) % WINDOW;
    windowOdd += isOdd(b) ? 1 : 0;
    windowTopBits += b < 0 ? 1 : 0;
  }

  private void clearWindow() {
    windowFill = 0;
    windowNext = 0;
    windowOdd = 0;
    windowTopBits = 0;
  }

  private static boolean isOdd(byte b) {
    return (Integer.bitCount(b & 0xFF) & 1) != 0;
  }
}
