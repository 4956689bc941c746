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

  /** The last bytes as they came, the newest at the end. */
  private final byte[] window = new byte[WINDOW];

  private final byte[] stripped = new byte[CHUNK];
  private int windowFill;
  private int topBitInWindow;
  private boolean sevenBits;
  private long parityErrors;

  /** Feeds {@code reader} with characters. */
  public CharacterFormat(P1FrameReader reader) {
    this.reader = reader;
  }

  /** Takes the next bytes from the port, in pieces of any size. */
  public void feed(byte[] bytes, int offset, int count) {
    if (sevenBits) {
      feedSevenBits(bytes, offset, offset + count);
    } else {
      feedEightBits(bytes, offset, offset + count);
    }
  }

  /** The line is silent, or the capture ends. */
  public void endOfInput() {
    reader.endOfInput();
    windowFill = 0;
    topBitInWindow = 0;
  }

  /** Forgets what is open, without a word. */
  public void restart() {
    reader.restartAt(reader.position());
    sevenBits = false;
    windowFill = 0;
    topBitInWindow = 0;
  }

  /** True while the line is taken for seven bits and even parity. */
  public boolean sevenBits() {
    return sevenBits;
  }

  /** Characters with wrong parity so far; only counted while {@link #sevenBits()}. */
  public long parityErrors() {
    return parityErrors;
  }

  /**
   * Reads as eight bits first, because a line start of seven-bit text has a top bit and is none.
   */
  private void feedEightBits(byte[] bytes, int from, int end) {
    reader.feed(bytes, from, end - from);
    if (reader.takeTopBit()) {
      topBitInWindow = WINDOW;
    }
    if (topBitInWindow == 0) {
      remember(bytes, from, end);
      return;
    }
    for (int at = from; at < end; at++) {
      remember(bytes, at, at + 1);
      if (looksLikeSevenBits()) {
        sevenBits = true;
        reader.restartAt(reader.position() - (end - at - 1) - WINDOW);
        feedSevenBits(window.clone(), 0, WINDOW);
        feedSevenBits(bytes, at + 1, end);
        return;
      }
    }
    topBitInWindow = Math.max(0, topBitInWindow - (end - from));
  }

  private void feedSevenBits(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && sevenBits) {
      int count = Math.min(CHUNK, end - at);
      for (int i = 0; i < count; i++) {
        byte b = bytes[at + i];
        boolean odd = isOdd(b);
        parityErrors += odd ? 1 : 0;
        stripped[i] = odd ? DAMAGED : (byte) (b & 0x7F);
      }
      remember(bytes, at, at + count);
      reader.feed(stripped, 0, count);
      at += count;
      sevenBits = oddInWindow() <= ODD_MAX;
    }
    if (at < end) {
      feedEightBits(bytes, at, end);
    }
  }

  private boolean looksLikeSevenBits() {
    if (windowFill < WINDOW || isOdd(window[WINDOW - 1])) {
      return false;
    }
    int topBits = 0;
    for (byte b : window) {
      topBits += b < 0 ? 1 : 0;
    }
    return topBits >= TOP_BIT_MIN && topBits <= TOP_BIT_MAX && oddInWindow() == 0;
  }

  private int oddInWindow() {
    int odd = 0;
    for (int at = WINDOW - windowFill; at < WINDOW; at++) {
      odd += isOdd(window[at]) ? 1 : 0;
    }
    return odd;
  }

  /** Shifts bytes into the window. */
  private void remember(byte[] bytes, int from, int end) {
    int count = Math.min(WINDOW, end - from);
    System.arraycopy(window, count, window, 0, WINDOW - count);
    System.arraycopy(bytes, end - count, window, WINDOW - count, count);
    windowFill = Math.min(WINDOW, windowFill + count);
  }

  private static boolean isOdd(byte b) {
    return (Integer.bitCount(b & 0xFF) & 1) != 0;
  }
}
