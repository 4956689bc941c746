// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Bytes that must appear in no log, answer or file but their own. Compared by content. */
public final class Secret {

  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads hexadecimal digits.
   *
   * @throws IllegalArgumentException without the digits in its message.
   */
  public static Secret ofHex(String digits) {
    try {
      return new Secret(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not hexadecimal"); // the cause would quote the secret
    }
  }

  /** The bytes of a text in UTF-8. */
  public static Secret ofText(String text) {
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The text that it was made of. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A copy of the bytes. */
  public byte[] reveal() {
    return bytes.clone();
  }

  /** Number of bytes. */
  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.length;
  }

  @Override
  public String toString() {
    return "***";
  }
}
