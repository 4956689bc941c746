// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

/**
 * Whether a telegram without checksum may be believed. Only meters that never send one may do
 * without: the generation before DSMR 4, and any meter whose first five telegrams all lack it. Once
 * a meter has shown a checksum, a telegram without one is a damaged telegram. Another meter starts
 * afresh once it has shown its identification line often enough.
 *
 * <p>Source: {@code p1.md} section 2 "CRC", policy.
 */
final class ChecksumRule {

  private static final int TELEGRAMS_WITHOUT = 5;
  private static final int SWAP_TO_OLDER = 3;

  /** Identification line of the meter that has shown a checksum; empty for none. */
  private String identWithChecksum = "";

  private boolean seen;
  private String identWithout = "";
  private int without;

  /** A telegram with a right checksum came. */
  void present(String ident) {
    if (!seen || !ident.equals(identWithChecksum)) {
      seen = true;
      identWithChecksum = ident;
    }
    without = 0;
  }

  /**
   * A complete telegram without checksum came.
   *
   * @param olderGeneration it shows neither version nor time, as meters before DSMR 4.
   * @return true when it may be believed.
   */
  boolean acceptsAbsent(String ident, boolean olderGeneration) {
    without = ident.equals(identWithout) ? Math.min(without + 1, TELEGRAMS_WITHOUT) : 1;
    identWithout = ident;
    boolean sameMeter = seen && ident.equals(identWithChecksum);
    if (sameMeter) {
      return false;
    }
    // A damaged identification line looks like another meter, but not again and again the same.
    boolean enough = without >= (olderGeneration ? SWAP_TO_OLDER : TELEGRAMS_WITHOUT);
    if (enough) {
      seen = false;
    }
    return enough || (olderGeneration && !seen);
  }

  /** For the log: what is missing. */
  String explain() {
    return seen && identWithout.equals(identWithChecksum)
        ? "expected a checksum behind the exclamation mark, as in the telegrams before; found none"
        : "expected a checksum behind the exclamation mark, found none; believed from the "
            + TELEGRAMS_WITHOUT
            + "th telegram in a row without one, this is number "
            + without;
  }
}
