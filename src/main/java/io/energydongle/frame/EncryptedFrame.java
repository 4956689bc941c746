// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

/**
 * One encrypted telegram (general-glo-ciphering), not yet opened.
 *
 * <p>The buffer belongs to the frame reader and is only valid during the call that hands it over.
 *
 * <p>Source: Luxembourg "E-Meter P1 Specification" 1.1.3 §3.2.5.
 *
 * @param buffer the whole frame from its first byte DBh, from index 0.
 * @param length number of bytes of the frame.
 * @param offset place of the first byte in the stream, counted from 0.
 * @param systemTitleLength 8, or 0 where the title must be known beforehand (Poland).
 * @param headerLength bytes before the security byte.
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
public record EncryptedFrame(
    byte[] buffer, int length, long offset, int systemTitleLength, int headerLength) {

  /** Bytes of the GCM tag behind an authenticated cipher text. */
  public static final int TAG_LENGTH = 12;

  private static final int SECURITY_BYTE_LENGTH = 1;
  private static final int COUNTER_LENGTH = 4;
  private static final int AUTHENTICATED = 0x10;

  /** 30h: encrypted and authenticated; 20h: encrypted only. */
  public byte securityByte() {
    return buffer[headerLength];
  }

  /** True when a tag follows the cipher text. */
  public boolean authenticated() {
    return (securityByte() & AUTHENTICATED) != 0;
  }

  /** Index of the four bytes of the frame counter, most significant first. */
  public int counterIndex() {
    return headerLength + SECURITY_BYTE_LENGTH;
  }

  /** The frame counter, 0..FFFFFFFFh; it grows with every telegram. */
  public long counter() {
    int at = counterIndex();
    return (buffer[at] & 0xFFL) << 24
        | (buffer[at + 1] & 0xFFL) << 16
        | (buffer[at + 2] & 0xFFL) << 8
        | (buffer[at + 3] & 0xFFL);
  }

  /** Index of the first byte of cipher text. */
  public int cipherTextIndex() {
    return counterIndex() + COUNTER_LENGTH;
  }

  /** Number of bytes of cipher text, without the tag. */
  public int cipherTextLength() {
    return length - cipherTextIndex() - (authenticated() ? TAG_LENGTH : 0);
  }
}
