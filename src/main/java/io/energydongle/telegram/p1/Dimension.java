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
  POWER("w", 3, -10_000_000_000L, 10_000_000_000L, true),
  /** Kept in mvar. */
  REACTIVE_POWER("var", 3, -10_000_000_000L, 10_000_000_000L, true),
  /** Kept in mVA. */
  APPARENT_POWER("va", 3, -10_000_000_000L, 10_000_000_000L, true),
  /** Kept in µWh, less than 1 TWh, so that sums of counters fit. */
  ENERGY("wh", 6, 0, 1_000_000_000_000_000_000L, false),
  /** Kept in µvarh. */
  REACTIVE_ENERGY("varh", 6, 0, 1_000_000_000_000_000_000L, false),
  /** Kept in mV, 0..600 V. */
  VOLTAGE("v", 3, 0, 600_000, false),
  /** Kept in mA, 0..10,000 A. */
  CURRENT("a", 3, 0, 10_000_000, false),
  /** Kept in mA; Luxembourg sends negative thresholds. */
  CURRENT_THRESHOLD("a", 3, -10_000_000, 10_000_000, false);

  /** Longest unit with its prefix: kvarh. */
  private static final int UNIT_LENGTH_MAX = 5;

  private final String name;
  private final long unit;
  private final long kiloUnit;
  private final long megaUnit;

  /** Power of ten from the unit to the smallest unit. */
  final int scale;

  /** Smallest value, in the smallest unit. */
  final long min;

  /** Largest value, in the smallest unit. */
  final long max;

  /** False where a zero may stand without unit. */
  final boolean unitRequired;

  Dimension(String unit, int scale, long min, long max, boolean unitRequired) {
    this.name = unit;
    this.unit = packed(unit);
    this.kiloUnit = packed("k" + unit);
    this.megaUnit = packed("m" + unit);
    this.scale = scale;
    this.min = min;
    this.max = max;
    this.unitRequired = unitRequired;
  }

  /** Its unit as meters write it, for people. */
  String example() {
    return switch (name) {
      case "v" -> "V";
      case "a" -> "A";
      case "w" -> "kW";
      case "wh" -> "kWh";
      case "va" -> "kVA";
      default -> "k" + name;
    };
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
