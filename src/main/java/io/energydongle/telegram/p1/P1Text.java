// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Octet strings: text as pairs of hexadecimal digits. Old meters send clear text in the same place,
 * so what does not decode to printable text is kept as it stands.
 *
 * <p>Source: {@code p1.md} section 2 "Value formats", row Sn.
 */
final class P1Text {

  private P1Text() {}

  /** The text without blanks around it; empty when there is none, or only filler (FFh). */
  static Optional<String> parse(byte[] in, int from, int to) {
    byte[] decoded = decode(in, from, to);
    String text =
        decoded.length > 0
            ? new String(decoded, StandardCharsets.ISO_8859_1)
            : new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    String trimmed = withoutFiller(text).trim();
    return trimmed.isEmpty() ? Optional.empty() : Optional.of(trimmed);
  }

  /** Text that is never hexadecimal, such as a version. */
  static Optional<String> plain(byte[] in, int from, int to) {
    String text = new String(in, from, to - from, StandardCharsets.ISO_8859_1).trim();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** The bytes behind hexadecimal digits, or none when it is not hexadecimal, printable text. */
  private static byte[] decode(byte[] in, int from, int to) {
    int digits = to - from;
    if (digits == 0 || (digits & 1) != 0) {
      return new byte[0];
    }
    byte[] out = new byte[digits / 2];
    for (int i = 0; i < out.length; i++) {
      int high = Character.digit(in[from + 2 * i], 16);
      int low = Character.digit(in[from + 2 * i + 1], 16);
      int value = high << 4 | low;
      boolean printable = (value >= ' ' && value < 0x7F) || value == '\r' || value == '\n';
      if (high < 0 || low < 0 || (!printable && value != 0xFF)) {
        return new byte[0];
      }
      out[i] = (byte) value;
    }
    return out;
  }

  private static String withoutFiller(String text) {
    return text.replace("\u00FF", "");
  }
}
