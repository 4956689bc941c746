// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

/**
 * Whether a telegram without checksum may be believed. Only meters that never send one may do
 * without: the generation before DSMR 4, and any meter whose first five telegrams all lack it. Once
 * a meter has shown a checksum, a telegram without one is a damaged telegram.
 *
 * <p>Source: {@code p1.md} section 2 "CRC", policy.
 */
final class ChecksumRule {

  private static final int TELEGRAMS_WITHOUT = 5;

  private boolean seen;
  private int without;

  /** A telegram with a right checksum came. */
  void present() {
    seen = true;
  }

  /**
   * A complete telegram without checksum came.
   *
   * @param olderGeneration it shows neither version nor time, as meters before DSMR 4.
   * @return true when it may be believed.
   */
  boolean acceptsAbsent(boolean olderGeneration) {
    if (seen) {
      return false;
    }
    without = Math.min(without + 1, TELEGRAMS_WITHOUT);
    return olderGeneration || without == TELEGRAMS_WITHOUT;
  }

  /** For the log: what is missing. */
  String explain() {
    return seen
        ? "expected a checksum behind the exclamation mark, as in the telegrams before; found none"
        : "expected a checksum behind the exclamation mark, found none; believed from the "
            + TELEGRAMS_WITHOUT
            + "th telegram in a row without one, this is number "
            + without;
  }
}
