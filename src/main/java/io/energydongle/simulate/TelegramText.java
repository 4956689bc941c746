// SPDX-License-Identifier: Apache-2.0
package io.energydongle.simulate;

import io.energydongle.frame.Crc16;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/** Writes one P1 telegram line by line, and its checksum at the end. */
final class TelegramText {

  private static final ZoneId ZONE = ZoneId.of("Europe/Amsterdam");
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuMMddHHmmss");

  private final StringBuilder text = new StringBuilder(1024);

  TelegramText(String ident) {
    text.append('/').append(ident).append("\r\n\r\n");
  }

  /** A line with one value as it stands. */
  TelegramText line(String code, String value) {
    text.append(code).append('(').append(value).append(")\r\n");
    return this;
  }

  /** A line with a time and a value. */
  TelegramText line(String code, Instant time, String value) {
    text.append(code).append('(').append(stamp(time)).append(")(").append(value).append(")\r\n");
    return this;
  }

  /** A line with a text, as hexadecimal digits. */
  TelegramText hex(String code, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    return line(code, HexFormat.of().withUpperCase().formatHex(bytes));
  }

  /** A line with a decimal number. */
  TelegramText number(String code, String format, double value, String unit) {
    return line(code, String.format(Locale.ROOT, format, value) + "*" + unit);
  }

  /** The telegram with its checksum. */
  byte[] withChecksum() {
    byte[] body = (text + "!").getBytes(StandardCharsets.US_ASCII);
    String trailer = String.format("%04X\r\n", Crc16.of(body, 0, body.length));
    return (text + "!" + trailer).getBytes(StandardCharsets.US_ASCII);
  }

  /** A time as the meter writes it, with S in summer and W in winter. */
  static String stamp(Instant time) {
    ZonedDateTime local = time.atZone(ZONE);
    boolean summer = ZONE.getRules().isDaylightSavings(time);
    return STAMP.format(local) + (summer ? "S" : "W");
  }
}
