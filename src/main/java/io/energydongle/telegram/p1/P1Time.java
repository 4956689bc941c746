// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import io.energydongle.snapshot.MeterTime;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Time stamps {@code YYMMDDhhmmssX}. The flag says the offset (S: UTC+2, W: UTC+1), which resolves
 * the doubled hour in autumn; no zone rule is used where there is a flag.
 *
 * <p>Source: DSMR P1 5.0.2 §6.4 (TST); {@code p1.md} section 6.
 */
final class P1Time {

  private static final int DIGITS = 12;
  private static final long DAYS_TO_2000 = 10_957;
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
  };

  /** Only the Dutch DSMR 2.2 and 3.0 send stamps without a flag. */
  private static final ZoneId ZONE_WITHOUT_FLAG = ZoneId.of("Europe/Amsterdam");

  private static final long SUMMER_OFFSET_SECONDS = 2 * 3600;
  private static final long WINTER_OFFSET_SECONDS = 3600;

  private P1Time() {}

  /** Reads a stamp; empty when nothing is there. A placeholder gives a time without instant. */
  static Optional<MeterTime> parse(byte[] in, int from, int to) {
    if (from == to) {
      return Optional.empty();
    }
    String raw = new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    return Optional.of(new MeterTime(raw, instant(in, from, to)));
  }

  /** The moment a stamp means; empty for a placeholder, an impossible date, or nothing. */
  static Optional<Instant> instant(byte[] in, int from, int to) {
    int length = to - from;
    if (length < DIGITS || length > DIGITS + 1) {
      return Optional.empty();
    }
    int year = 2000 + pair(in, from);
    int month = pair(in, from + 2);
    int day = pair(in, from + 4);
    int hour = pair(in, from + 6);
    int minute = pair(in, from + 8);
    int second = pair(in, from + 10);
    if (month < 1
        || month > 12
        || day < 1
        || hour > 23
        || minute > 59
        || second > 59
        || (year | hour | minute | second) < 0
        || day > daysOf(month, year)
        || isUnset(year, month, day)) {
      return Optional.empty();
    }
    if (length == DIGITS) {
      LocalDateTime local = LocalDateTime.of(year, month, day, hour, minute, second);
      return Optional.of(local.atZone(ZONE_WITHOUT_FLAG).toInstant());
    }
    byte flag = in[from + DIGITS];
    if (flag != 'S' && flag != 'W') {
      return Optional.empty();
    }
    long local = epochDay(year, month, day) * 86_400 + hour * 3600L + minute * 60L + second;
    return Optional.of(
        Instant.ofEpochSecond(
            local - (flag == 'S' ? SUMMER_OFFSET_SECONDS : WINTER_OFFSET_SECONDS)));
  }

  /** Days since 1970-01-01; a telegram can hold forty stamps, too many to go through LocalDate. */
  private static long epochDay(int year, int month, int day) {
    int yearsSince2000 = year - 2000;
    int leapDays = (yearsSince2000 + 3) / 4;
    int leapDayThisYear = month > 2 && yearsSince2000 % 4 == 0 ? 1 : 0;
    return DAYS_TO_2000
        + yearsSince2000 * 365L
        + leapDays
        + DAYS_BEFORE_MONTH[month]
        + leapDayThisYear
        + day
        - 1;
  }

  /** Within 2000..2099 every fourth year is a leap year. */
  private static int daysOf(int month, int year) {
    return switch (month) {
      case 2 -> year % 4 == 0 ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Meters whose clock was never set send the first day of 2000 or, wrapped, of 1970. */
  private static boolean isUnset(int year, int month, int day) {
    return (year == 2000 || year == 2070) && month == 1 && day == 1;
  }

  /** Two digits, or a large negative number that spoils every range check. */
  private static int pair(byte[] in, int at) {
    int tens = in[at] - '0';
    int units = in[at + 1] - '0';
    return tens < 0 || tens > 9 || units < 0 || units > 9 ? -10_000 : tens * 10 + units;
  }
}
