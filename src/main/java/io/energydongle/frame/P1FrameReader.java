// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

import io.energydongle.frame.P1Frame.Trailer;
import io.energydongle.frame.Rejection.Reason;

/**
 * Cuts P1 telegrams, plain and encrypted, out of a stream of bytes.
 *
 * <p>A telegram begins with a slash at the start of a line and ends with an exclamation mark at the
 * start of a line, both and nothing else being reliable in the field. Any slash at a line start
 * begins anew, so a telegram that lost its end costs only itself. Bytes outside telegrams are
 * skipped without a word. Holds one telegram of at most 16 kB, whatever arrives.
 *
 * <p>Not thread safe; one per line.
 *
 * <p>Source: DSMR P1 5.0.2 §6.2; {@code p1.md} sections 2, 7 and 8.
 */
public final class P1FrameReader {

  /** Longest telegram, three times the longest that a meter can plausibly send. */
  public static final int LENGTH_MAX = 16 * 1024;

  private static final int IDENT_LENGTH_MAX = 128;
  private static final int CHECKSUM_DIGITS_MAX = 4;

  private static final byte GENERAL_GLO_CIPHERING = (byte) 0xDB;
  private static final int SYSTEM_TITLE_LENGTH = 8;
  private static final int ENCRYPTED_ONLY = 0x20;
  private static final int ENCRYPTED_AND_AUTHENTICATED = 0x30;

  /** A line start is what follows one of these: CR, LF, NUL and FFh. */
  private static final boolean[] ENDS_LINE = endsLine();

  private enum State {
    HUNTING,
    IDENT,
    BODY,
    TRAILER,
    ENCRYPTED
  }

  private final FrameSink sink;
  private final boolean titlelessFrames;
  private final byte[] buffer = new byte[LENGTH_MAX];

  private State state = State.HUNTING;
  private int length;
  private boolean atLineStart = true;
  private long position;
  private long frameOffset;
  private int checksum;
  private int checksumDigits;
  private int encryptedLength;
  private int encryptedHeaderLength;
  private boolean sawTopBit;

  /**
   * A reader that hands what it finds to {@code sink}.
   *
   * @param titlelessFrames also look for encrypted frames with an empty system title.
   */
  public P1FrameReader(FrameSink sink, boolean titlelessFrames) {
    this.sink = sink;
    this.titlelessFrames = titlelessFrames;
  }

  /** Takes the next bytes of the stream, in pieces of any size. */
  public void feed(byte[] bytes, int offset, int count) {
    byte[] in = bytes;
    int start = offset;
    int at = offset;
    int end = offset + count;
    while (at < end) {
      switch (state) {
        case HUNTING -> at = hunt(in, at, end);
        case IDENT -> at = readIdent(in, at, end);
        case BODY -> at = readBody(in, at, end);
        case TRAILER -> at = readTrailer(in, at);
        case ENCRYPTED -> {
          at = readEncrypted(in, at, end);
          if (encryptedLength < 0 && length <= at - start) {
            at -= length - 1;
            searchOnBehindFirstByte();
          } else if (encryptedLength < 0) {
            in = withoutFirstByte(in, at, end);
            start = 0;
            at = 0;
            end = in.length;
          }
        }
      }
    }
  }

  /**
   * The line is silent, or the capture ends: what is open will not be completed. A telegram that
   * lacks nothing but its line end is handed over.
   */
  public void endOfInput() {
    while (state == State.ENCRYPTED) {
      byte[] rest = withoutFirstByte(buffer, 0, 0);
      feed(rest, 0, rest.length);
    }
    if (state == State.TRAILER) {
      finish(checksumDigits == 0 ? Trailer.NOTHING : Trailer.CHECKSUM);
    } else if (state != State.HUNTING) {
      rejectTruncated("silence or the end of the input");
    }
    state = State.HUNTING;
    atLineStart = true;
  }

  /**
   * Forgets what is open, without a word, and goes on as if the stream began here.
   *
   * @param newPosition place in the stream of the next byte, counted from 0.
   */
  public void restartAt(long newPosition) {
    state = State.HUNTING;
    atLineStart = true;
    position = newPosition;
  }

  /** True when a byte since the last call had its top bit set; encrypted frames do not count. */
  public boolean takeTopBit() {
    boolean saw = sawTopBit;
    sawTopBit = false;
    return saw;
  }

  /** Place in the stream of the next byte, counted from 0. */
  public long position() {
    return position;
  }

  private int hunt(byte[] in, int from, int end) {
    int at = from;
    while (at < end) {
      byte b = in[at];
      if (b == '/' && atLineStart) {
        begin(State.IDENT, position + (at - from));
        break;
      }
      if (b == GENERAL_GLO_CIPHERING) {
        begin(State.ENCRYPTED, position + (at - from));
        encryptedLength = 0;
        break;
      }
      atLineStart = ENDS_LINE[b & 0xFF];
      sawTopBit |= b < 0;
      at++;
    }
    position += at - from;
    return at;
  }

  private void begin(State next, long offset) {
    state = next;
    frameOffset = offset;
    length = 0;
    atLineStart = false;
  }

  private int readIdent(byte[] in, int from, int end) {
    int at = from;
    while (at < end) {
      byte b = in[at];
      if (b == '\r' || b == '\n') {
        state = State.BODY;
        break;
      }
      boolean printable = b >= ' ' && b < 0x7F;
      if (!printable || length == IDENT_LENGTH_MAX) {
        reject(
            Reason.MALFORMED_IDENT,
            "expected printable text up to a line end within "
                + IDENT_LENGTH_MAX
                + " characters, found byte "
                + hex(b)
                + " after "
                + length);
        state = State.HUNTING;
        break;
      }
      buffer[length++] = b;
      at++;
    }
    position += at - from;
    return at;
  }

  private int readBody(byte[] in, int from, int end) {
    int at = bodyEnd(in, from, end);
    int count = at - from;
    if (length + count >= LENGTH_MAX) {
      at = from + LENGTH_MAX - 1 - length;
      position += at - from;
      reject(
          Reason.TOO_LONG,
          "no end within " + LENGTH_MAX + " bytes; waiting for the next slash at a line start");
      state = State.HUNTING;
      atLineStart = at > from && ENDS_LINE[in[at - 1] & 0xFF];
      return at;
    }
    System.arraycopy(in, from, buffer, length, count);
    length += count;
    position += count;
    if (at < end) {
      if (in[at] == '!') {
        buffer[length++] = '!';
        state = State.TRAILER;
        checksum = 0;
        checksumDigits = 0;
        at++;
        position++;
      } else {
        rejectTruncated("the next telegram");
        begin(State.IDENT, position);
      }
    }
    return at;
  }

  /**
   * Index of the next slash or exclamation mark at a line start, or {@code end}. This loop sees
   * every byte of every telegram, so it looks closely only at the few that can end a line.
   */
  private int bodyEnd(byte[] in, int from, int end) {
    boolean lineStart = atLineStart;
    int lastFour = end - 3;
    int at = from;
    while (at < end) {
      byte b = in[at];
      if (lineStart && (b == '!' || b == '/')) {
        break;
      }
      while (at < lastFour
          && in[at] > '\r'
          && in[at + 1] > '\r'
          && in[at + 2] > '\r'
          && in[at + 3] > '\r') {
        at += 4;
      }
      while (at < end && in[at] > '\r') {
        at++;
      }
      lineStart = false;
      if (at < end) {
        b = in[at++];
        lineStart = ENDS_LINE[b & 0xFF];
        sawTopBit |= b < 0;
      }
    }
    atLineStart = lineStart;
    return at;
  }

  private int readTrailer(byte[] in, int at) {
    byte b = in[at];
    int digit = Character.digit(b, 16);
    if (b >= '0' && digit >= 0) {
      checksum = checksum << 4 | digit;
      checksumDigits++;
      position++;
      if (checksumDigits == CHECKSUM_DIGITS_MAX) {
        atLineStart = false;
        finish(Trailer.CHECKSUM);
      }
      return at + 1;
    }
    // The byte itself is looked at again while hunting: it may be a line end.
    atLineStart = false;
    if (!ENDS_LINE[b & 0xFF]) {
      finish(Trailer.DAMAGED);
    } else {
      finish(checksumDigits == 0 ? Trailer.NOTHING : Trailer.CHECKSUM);
    }
    return at;
  }

  private void finish(Trailer trailer) {
    state = State.HUNTING;
    sink.telegram(new P1Frame(buffer, length, frameOffset, trailer, checksum));
  }

  /**
   * Collects an encrypted frame. Afterwards {@code encryptedLength} is the length of the frame, 0
   * while it is not known, or negative when this is no such frame.
   */
  private int readEncrypted(byte[] in, int from, int end) {
    int at = from;
    while (at < end && encryptedLength >= 0) {
      buffer[length++] = in[at++];
      if (encryptedLength == 0) {
        encryptedLength = encryptedFrameLength();
      }
      if (length == encryptedLength) {
        if (sink.encrypted(encryptedFrame())) {
          state = State.HUNTING;
          atLineStart = true;
        } else {
          encryptedLength = -1;
        }
        break;
      }
    }
    position += at - from;
    return at;
  }

  private EncryptedFrame encryptedFrame() {
    return new EncryptedFrame(buffer, length, frameOffset, buffer[1], encryptedHeaderLength);
  }

  /**
   * Reads the header as far as it is there: total length, 0 for "go on", -1 for "no such frame".
   */
  private int encryptedFrameLength() {
    if (length < 2) {
      return 0;
    }
    int titleLength = buffer[1];
    if (titleLength != SYSTEM_TITLE_LENGTH && !(titleLength == 0 && titlelessFrames)) {
      return -1;
    }
    int lengthIndex = 2 + titleLength;
    if (length <= lengthIndex) {
      return 0;
    }
    int form = buffer[lengthIndex] & 0xFF;
    int lengthBytes = form < 0x80 ? 0 : form - 0x80;
    if (lengthBytes > 2 || form == 0x80) {
      return -1;
    }
    int header = lengthIndex + 1 + lengthBytes;
    if (length <= header) {
      return 0;
    }
    int content = form;
    if (lengthBytes > 0) {
      content = buffer[lengthIndex + 1] & 0xFF;
    }
    if (lengthBytes == 2) {
      content = content << 8 | (buffer[lengthIndex + 2] & 0xFF);
    }
    int security = buffer[header] & 0xFF;
    boolean known = security == ENCRYPTED_AND_AUTHENTICATED || security == ENCRYPTED_ONLY;
    int contentMin = 1 + 4 + 1 + EncryptedFrame.TAG_LENGTH;
    if (!known || content < contentMin || header + content > LENGTH_MAX) {
      return -1;
    }
    encryptedHeaderLength = header;
    return header + content;
  }

  /**
   * The candidate was none, and began in an earlier piece: its bytes but the first, and what is
   * still unread, are read again.
   */
  private byte[] withoutFirstByte(byte[] in, int at, int end) {
    int again = length - 1;
    byte[] rest = new byte[again + (end - at)];
    System.arraycopy(buffer, 1, rest, 0, again);
    System.arraycopy(in, at, rest, again, end - at);
    searchOnBehindFirstByte();
    return rest;
  }

  private void searchOnBehindFirstByte() {
    position = frameOffset + 1;
    state = State.HUNTING;
    encryptedLength = 0;
    atLineStart = false;
  }

  private void rejectTruncated(String by) {
    reject(Reason.TRUNCATED, "telegram of " + length + " bytes was cut off by " + by);
  }

  private void reject(Reason reason, String detail) {
    sink.rejected(new Rejection(reason, frameOffset, detail));
  }

  private static String hex(byte b) {
    return String.format("%02Xh", b & 0xFF);
  }

  private static boolean[] endsLine() {
    boolean[] ends = new boolean[256];
    ends['\r'] = true;
    ends['\n'] = true;
    ends[0x00] = true;
    ends[0xFF] = true;
    return ends;
  }
}
