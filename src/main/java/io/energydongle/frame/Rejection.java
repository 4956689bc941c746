// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

import java.util.Locale;

/**
 * Something that came from the line and must not reach any output.
 *
 * @param reason why, for counters.
 * @param offset byte of the stream where the rejected part begins, counted from 0.
 * @param detail what was expected, what stood there and, where one is known, what to do.
 */
public record Rejection(Reason reason, long offset, String detail) {

  /** Why something was rejected; one counter each on the status page. */
  public enum Reason {
    /** The checksum does not match the bytes. */
    CHECKSUM_MISMATCH,
    /** The telegram ends without a checksum although this meter has to send one. */
    CHECKSUM_MISSING,
    /** The next telegram, or silence, began before this one ended. */
    TRUNCATED,
    /** No end within 16 kB. */
    TOO_LONG,
    /** A byte that no telegram can hold stands in the identification line. */
    MALFORMED_IDENT,
    /** A character came with wrong parity and no checksum can vouch for the rest. */
    DAMAGED_CHARACTER,
    /** A line that does not follow the grammar of data lines. */
    MALFORMED_LINE,
    /** Characters of a TIC frame that are no group of label, data and checksum. */
    MALFORMED_GROUP,
    /** A TIC frame in which a group is missing or damaged without which it must not be used. */
    GROUP_MISSING,
    /** A TIC frame with nothing but the address of the meter: its output is not activated. */
    STANDBY,
    /** A TIC frame with good groups of which none is known: another kind of meter. */
    UNSUPPORTED_METER,
    /** A value that is no number, time or text of the kind its code demands. */
    MALFORMED_VALUE,
    /** A number outside the limits of any meter. */
    IMPLAUSIBLE_VALUE,
    /** Counters jumped in a way no house can, in a telegram without checksum. */
    IMPLAUSIBLE_CHANGE,
    /** A well-formed telegram without a single known object. */
    NOTHING_KNOWN,
    /** An encrypted telegram, but no key is set. */
    KEY_MISSING,
    /** An encrypted telegram that the key does not open. */
    DECRYPTION_FAILED,
    /** The same encrypted telegram a second time. */
    REPEATED,
    /** Bytes arrived, but nothing that begins like a telegram. */
    NO_TELEGRAM;

    /** True when a whole frame came, so that speed and character format are right. */
    public boolean isFrame() {
      return this != TRUNCATED
          && this != TOO_LONG
          && this != MALFORMED_IDENT
          && this != NO_TELEGRAM;
    }

    /** Name used in every output: lower case with hyphens. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
