// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.nio.charset.StandardCharsets;

/** The bytes of a telegram as the meter sent them, decrypted where needed. Immutable. */
public final class RawTelegram {

  private final byte[] bytes;

  /** Copies {@code length} bytes from the start of {@code buffer}. */
  public RawTelegram(byte[] buffer, int length) {
    byte[] copy = new byte[length];
    System.arraycopy(buffer, 0, copy, 0, length);
    this.bytes = copy;
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** Number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** The bytes as text, one character a byte (ISO 8859-1). */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
