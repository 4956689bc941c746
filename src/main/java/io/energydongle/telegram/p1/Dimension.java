// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

/**
 * Kinds of numbers in a telegram: their unit, the smallest unit they are kept in, and how large any
 * meter's value can be. Kilo is never assumed: meters send {@code kW} and {@code W} alike.
 *
 * <p>Source: {@code p1.md} section 2 "Value formats" and section 7 "implausible numbers".
 */
enum Dimension {
  /** Kept in mW, at most 10 MW. */
  POWER("w", 3, 10_000_000_000L, true),
  /** Kept in mvar. */
  REACTIVE_POWER("var", 3, 10_000_000_000L, true),
  /** Kept in mVA. */
  APPARENT_POWER("va", 3, 10_000_000_000L, true),
  /** Kept in µWh. */
  ENERGY("wh", 6, Long.MAX_VALUE, false),
  /** Kept in µvarh. */
  REACTIVE_ENERGY("varh", 6, Long.MAX_VALUE, false),
  /** Kept in mV, at most 600 V. */
  VOLTAGE("v", 3, 600_000, false),
  /** Kept in mA, at most 10,000 A. */
  CURRENT("a", 3, 10_000_000, false);

  /** Longest unit with its prefix: kvarh. */
  private static final int UNIT_LENGTH_MAX = 5;

  private final long unit;
  private final long kiloUnit;
  private final long megaUnit;

  /** Power of ten from the unit to the smallest unit. */
  final int scale;

  /** Largest magnitude, in the smallest unit. */
  final long magnitudeMax;

  /** False where a zero may stand without unit. */
  final boolean unitRequired;

  Dimension(String unit, int scale, long magnitudeMax, boolean unitRequired) {
    this.unit = packed(unit);
    this.kiloUnit = packed("k" + unit);
    this.megaUnit = packed("m" + unit);
    this.scale = scale;
    this.magnitudeMax = magnitudeMax;
    this.unitRequired = unitRequired;
  }

  /** Power of ten of the prefix of the unit in this range (0, 3 or 6), or -1 for another unit. */
  int prefix(byte[] in, int from, int to) {
    if (to - from > UNIT_LENGTH_MAX) {
      return -1;
    }
    long packed = 0;
    for (int at = from; at < to; at++) {
      packed = packed << 8 | ((in[at] | 0x20) & 0xFF);
    }
    return packed == kiloUnit ? 3 : packed == unit ? 0 : packed == megaUnit ? 6 : -1;
  }

  private static long packed(String unit) {
    long packed = 0;
    for (int i = 0; i < unit.length(); i++) {
      packed = packed << 8 | unit.charAt(i);
    }
    return packed;
  }
}
