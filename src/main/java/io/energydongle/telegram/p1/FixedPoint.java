// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

/**
 * Decimal numbers of a telegram as integers in the smallest unit. Exact: no binary fraction is
 * involved. Only digits beyond the smallest unit are rounded, half away from zero.
 *
 * <p>Source: {@code p1.md} section 2 "Value formats": up to nine digits on each side of the point
 * (leading zeros do not count), one minus sign.
 */
final class FixedPoint {

  /** The text is no number with the unit that belongs there. */
  static final long MALFORMED = Long.MIN_VALUE;

  /** A number larger than any meter's. */
  static final long IMPLAUSIBLE = Long.MIN_VALUE + 1;

  private static final int DIGITS_MAX = 9;

  private static final long[] POWER_OF_TEN = {
    1L,
    10L,
    100L,
    1_000L,
    10_000L,
    100_000L,
    1_000_000L,
    10_000_000L,
    100_000_000L,
    1_000_000_000L,
    10_000_000_000L,
    100_000_000_000L,
    1_000_000_000_000L
  };

  private FixedPoint() {}

  /** Reads {@code digits[.digits]*unit} as a number of that dimension. */
  static long parse(byte[] in, int from, int to, Dimension dimension) {
    int star = find(in, from, to, '*');
    int prefix = 0;
    if (star < to) {
      prefix = dimension.prefix(in, star + 1, to);
      if (prefix < 0) {
        return MALFORMED;
      }
    }
    long value = scaled(in, from, star, dimension.scale + prefix);
    if (value == MALFORMED || value == IMPLAUSIBLE) {
      return value;
    }
    if (star == to && (dimension.unitRequired || value != 0)) {
      return MALFORMED;
    }
    return Math.abs(value) > dimension.magnitudeMax ? IMPLAUSIBLE : value;
  }

  /** Reads {@code [-]digits[.digits]} and multiplies by ten to the power {@code scale}. */
  static long scaled(byte[] in, int from, int to, int scale) {
    int at = from;
    boolean negative = at < to && in[at] == '-';
    if (negative) {
      at++;
    }
    long value = 0;
    int whole = 0;
    int decimals = -1;
    boolean any = false;
    for (; at < to; at++) {
      int digit = in[at] - '0';
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        any = true;
        if (decimals >= 0) {
          decimals++;
        } else if (value > 0) {
          whole++;
        }
        if (whole > DIGITS_MAX || decimals > DIGITS_MAX) {
          return MALFORMED;
        }
      } else if (in[at] == '.' && decimals < 0) {
        decimals = 0;
      } else {
        return MALFORMED;
      }
    }
    int fraction = Math.max(decimals, 0);
    if (!any) {
      return MALFORMED;
    }
    int power = scale - fraction;
    long result;
    if (power >= 0) {
      long factor = POWER_OF_TEN[power];
      if (value > Long.MAX_VALUE / factor) {
        return IMPLAUSIBLE;
      }
      result = value * factor;
    } else {
      long divisor = POWER_OF_TEN[-power];
      result = (value + divisor / 2) / divisor;
    }
    return negative ? -result : result;
  }

  /** Reads up to nine digits, or {@link #MALFORMED}. */
  static long integer(byte[] in, int from, int to) {
    if (from == to || to - from > DIGITS_MAX + 1) {
      return MALFORMED;
    }
    long value = 0;
    for (int at = from; at < to; at++) {
      int digit = in[at] - '0';
      if (digit < 0 || digit > 9) {
        return MALFORMED;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Decimals that stand behind the point of a number. */
  static int decimals(byte[] in, int from, int to) {
    int star = find(in, from, to, '*');
    int point = find(in, from, star, '.');
    return point == star ? 0 : star - point - 1;
  }

  /** Index of {@code wanted}, or {@code to}. */
  static int find(byte[] in, int from, int to, char wanted) {
    int at = from;
    while (at < to && in[at] != wanted) {
      at++;
    }
    return at;
  }
}
