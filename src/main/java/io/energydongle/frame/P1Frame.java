// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

/**
 * One P1 telegram as bytes, before meaning: from the slash up to and including the exclamation
 * mark, and what stood behind that.
 *
 * <p>The buffer belongs to the frame reader and is only valid during the call that hands it over.
 *
 * @param buffer the bytes, from index 0.
 * @param length number of bytes, at most {@link P1FrameReader#LENGTH_MAX}.
 * @param offset place of the slash in the stream, counted from 0.
 * @param trailer what stood behind the exclamation mark.
 * @param checksum the checksum that was sent, 0..FFFFh; meaningful only with {@link
 *     Trailer#CHECKSUM}.
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
public record P1Frame(byte[] buffer, int length, long offset, Trailer trailer, int checksum) {

  /** What stood behind the exclamation mark. */
  public enum Trailer {
    /** One to four hexadecimal digits. */
    CHECKSUM,
    /** Nothing but the line end. */
    NOTHING,
    /** Something else, so that a checksum may have been destroyed. */
    DAMAGED
  }

  /** The checksum of the bytes, 0..FFFFh. */
  public int calculatedChecksum() {
    return Crc16.of(buffer, 0, length);
  }
}
