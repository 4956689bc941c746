// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

import io.energydongle.snapshot.MeterTime;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Time stamps {@code SYYMMDDhhmmss}. The season says the offset: H winter, E summer, small letters
 * when the meter's clock is degraded, a space where local time is meant.
 *
 * <p>Source: Enedis-NOI-CPT_54E §6.2.1.1; {@code tic.md} section 5 "Horodate".
 */
final class TicTime {

  /** Characters of a stamp. */
  static final int WIDTH = 13;

  private static final ZoneId ZONE = ZoneId.of("Europe/Paris");
  private static final ZoneOffset WINTER = ZoneOffset.ofHours(1);
  private static final ZoneOffset SUMMER = ZoneOffset.ofHours(2);

  private TicTime() {}

  /** Reads a stamp; empty when it is none or an impossible date. */
  static Optional<MeterTime> parse(byte[] in, int from, int to) {
    if (!isPossible(in, from, to)) {
      return Optional.empty();
    }
    LocalDateTime local =
        LocalDateTime.of(
            2000 + pair(in, from + 1),
            pair(in, from + 3),
            pair(in, from + 5),
            pair(in, from + 7),
            pair(in, from + 9),
            pair(in, from + 11));
    Optional<Instant> instant =
        switch (in[from]) {
          case 'H' -> Optional.of(local.toInstant(WINTER));
          case 'E' -> Optional.of(local.toInstant(SUMMER));
          case ' ' -> Optional.of(local.atZone(ZONE).toInstant());
          default -> Optional.empty();
        };
    return Optional.of(
        new MeterTime(new String(in, from, WIDTH, StandardCharsets.US_ASCII), instant));
  }

  /** True for a season and a date and time that exist. */
  static boolean isPossible(byte[] in, int from, int to) {
    if (to - from != WIDTH) {
      return false;
    }
    byte season = in[from];
    int year = pair(in, from + 1);
    int month = pair(in, from + 3);
    int day = pair(in, from + 5);
    int hour = pair(in, from + 7);
    int minute = pair(in, from + 9);
    int second = pair(in, from + 11);
    return (season == 'H' || season == 'E' || season == ' ' || isDegraded(season))
        && (year | month | day | hour | minute | second) >= 0
        && month >= 1
        && month <= 12
        && day >= 1
        && day <= daysOf(month, year)
        && hour <= 23
        && minute <= 59
        && second <= 59;
  }

  /** True when the season says that the meter does not trust its own clock. */
  static boolean isDegraded(byte season) {
    return season == 'h' || season == 'e';
  }

  /** Within 2000..2099 every fourth year is a leap year. */
  private static int daysOf(int month, int year) {
    return switch (month) {
      case 2 -> year % 4 == 0 ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Two digits, or a negative number. */
  private static int pair(byte[] in, int at) {
    int tens = in[at] - '0';
    int units = in[at + 1] - '0';
    return tens < 0 || tens > 9 || units < 0 || units > 9 ? -1 : tens * 10 + units;
  }
}
