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

  /** Largest number that can be multiplied by that power of ten. */
  private static final long[] LIMIT = new long[POWER_OF_TEN.length];

  static {
    for (int power = 0; power < LIMIT.length; power++) {
      LIMIT[power] = Long.MAX_VALUE / POWER_OF_TEN[power];
    }
  }

  private FixedPoint() {}

  /** Reads {@code [-]digits[.digits]*unit} as a number of that dimension. */
  static long parse(byte[] in, int from, int to, Dimension dimension) {
    int star = find(in, from, to, '*');
    int prefix = star < to ? dimension.prefix(in, star + 1, to) : 0;
    if (prefix < 0) {
      return MALFORMED;
    }
    long value = scaled(in, from, star, dimension.scale + prefix);
    if (value <= IMPLAUSIBLE) {
      return value;
    }
    if (star == to && (dimension.unitRequired || value != 0)) {
      return MALFORMED;
    }
    return value < dimension.min || value > dimension.max ? IMPLAUSIBLE : value;
  }

  /** Reads {@code [-]digits[.digits]} and multiplies by ten to the power {@code scale}. */
  static long scaled(byte[] in, int from, int to, int scale) {
    boolean negative = from < to && in[from] == '-';
    int first = negative ? from + 1 : from;
    while (to - first > DIGITS_MAX && in[first] == '0') {
      first++;
    }
    long value = 0;
    int point = to;
    for (int at = first; at < to; at++) {
      int digit = in[at] - '0';
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
      } else if (digit == '.' - '0' && point == to) {
        point = at;
      } else {
        return MALFORMED;
      }
    }
    int decimals = point == to ? 0 : to - point - 1;
    int whole = point - first;
    if (whole + decimals == 0 || whole > DIGITS_MAX || decimals > DIGITS_MAX) {
      return MALFORMED;
    }
    int power = scale - decimals;
    if (power < 0) {
      long divisor = POWER_OF_TEN[-power];
      value = (value + divisor / 2) / divisor;
    } else if (value <= LIMIT[power]) {
      value *= POWER_OF_TEN[power];
    } else {
      return IMPLAUSIBLE;
    }
    return negative ? -value : value;
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
