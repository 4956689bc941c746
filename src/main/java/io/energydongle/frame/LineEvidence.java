// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

import java.util.Arrays;

/**
 * What the bytes on a line look like, to tell the user why no telegram comes out of them. Counts
 * only; holds nothing of the bytes.
 *
 * <p>Source: {@code p1.md} sections 1 and 3 (ports that speak binary DLMS); {@code tic.md} section
 * 7.
 */
public final class LineEvidence {

  /**
   * What a line without telegrams most probably suffers from, and what to do about it; the more it
   * says, the further down it stands.
   */
  public enum Diagnosis {
    /** Not a single byte. */
    SILENT(
        "no data arrives",
        "check that the cable sits in the P1 port, that the grid operator has activated the port,"
            + " and that the data request line (pin 2) is high",
        "check the wires at I1 and I2 of the meter, that its TIC output is activated, and the"
            + " supply of the adapter"),
    /** Bytes that look like nothing known. */
    UNREADABLE(
        "bytes arrive, but no telegram",
        "check inversion and speed: P1 is 115200 8N1, meters before DSMR 4 are 9600 7E1, and the"
            + " signal must be inverted on its way to a UART",
        "check the pull-up resistor of the TIC adapter: some work at 1200 baud and fail at 9600"),
    /** Text, but nothing that begins and ends like a telegram. */
    TEXT_WITHOUT_TELEGRAM(
        "readable text, but no telegram that begins with / and ends with ! at a line start",
        "check that this is the P1 port of a meter, and that nothing else reads the port at the"
            + " same time and takes a part of the bytes",
        "check that nothing else reads the port at the same time and takes a part of the bytes"),
    /** Seven-bit text with parity, so the speed is right, but nothing in it is whole. */
    DAMAGED_TEXT(
        "signal, but no valid groups",
        "shorten or replace the cable, and look for a loose contact",
        "the speed is right but characters are damaged: check the wires at I1 and I2, and the"
            + " pull-up resistor of the adapter"),
    /** HDLC or M-Bus framing. */
    BINARY_DLMS(
        "binary DLMS, not a P1 telegram",
        "this port speaks another protocol; ask the grid operator to switch the meter to text"
            + " telegrams (P1), if it can"),
    /** The complement of the bytes is readable text. */
    INVERTED(
        "the bytes are readable once every bit is inverted",
        "the P1 signal is inverted: use a cable or transistor that inverts it, or switch on RX"
            + " inversion in the adapter");

    private final String finding;
    private final String adviceForP1;
    private final String adviceForTic;

    Diagnosis(String finding, String advice) {
      this(finding, advice, advice);
    }

    Diagnosis(String finding, String adviceForP1, String adviceForTic) {
      this.finding = finding;
      this.adviceForP1 = adviceForP1;
      this.adviceForTic = adviceForTic;
    }

    /** What was found, a clause without a full stop. */
    public String finding() {
      return finding;
    }

    /**
     * What to do, a clause without a full stop.
     *
     * @param p1 the line may be P1.
     * @param tic the line may be TIC.
     */
    public String advice(boolean p1, boolean tic) {
      if (p1 && tic && !adviceForP1.equals(adviceForTic)) {
        return adviceForP1 + "; on a French meter: " + adviceForTic;
      }
      return p1 ? adviceForP1 : adviceForTic;
    }
  }

  /** Chance of an HDLC start (7Eh, Axh) at a random place is 1/4096; demand four times that. */
  private static final long HDLC_BYTES_PER_START_MAX = 1024;

  /** By chance it is half, and 0.53 at the most with a wrong speed. */
  private static final double EVEN_PARITY_MIN = 0.8;

  private static final int DIFFERENT_BYTES_MIN = 8;

  private final long[] histogram = new long[256];
  private long total;
  private long hdlcStarts;
  private long mbusStarts;

  /** The last three bytes, the newest lowest. */
  private int recent;

  /** Counts more bytes. */
  public void add(byte[] bytes, int offset, int count) {
    for (int at = offset; at < offset + count; at++) {
      int b = bytes[at] & 0xFF;
      histogram[b]++;
      if ((recent & 0xFF) == 0x7E && (b & 0xF0) == 0xA0) {
        hdlcStarts++;
      }
      int first = recent >>> 16 & 0xFF;
      if (b == 0x68 && first == 0x68 && (recent >>> 8 & 0xFF) == (recent & 0xFF)) {
        mbusStarts++;
      }
      recent = recent << 8 | b;
    }
    total += count;
  }

  /** Bytes counted. */
  public long total() {
    return total;
  }

  /** Forgets everything. */
  public void clear() {
    Arrays.fill(histogram, 0);
    total = 0;
    hdlcStarts = 0;
    mbusStarts = 0;
    recent = 0;
  }

  /** The most probable reason why these bytes hold no telegram. */
  public Diagnosis diagnose() {
    if (total == 0) {
      return Diagnosis.SILENT;
    }
    if (readable(0) >= 0.95) {
      return Diagnosis.TEXT_WITHOUT_TELEGRAM;
    }
    if ((readable(0xFF) >= 0.9 || readableThroughUart() >= 0.9) && varied()) {
      return Diagnosis.INVERTED;
    }
    if (mbusStarts > 0
        || (hdlcStarts > 0 && total / hdlcStarts <= HDLC_BYTES_PER_START_MAX && !textLike())) {
      return Diagnosis.BINARY_DLMS;
    }
    return evenParity() >= EVEN_PARITY_MIN && readableInSevenBits() >= 0.75 && varied()
        ? Diagnosis.DAMAGED_TEXT
        : Diagnosis.UNREADABLE;
  }

  /** Share of bytes with even parity: 1 with a meter that sends parity, half by chance. */
  private double evenParity() {
    long count = 0;
    for (int b = 0; b < histogram.length; b++) {
      count += (Integer.bitCount(b) & 1) == 0 ? histogram[b] : 0;
    }
    return (double) count / total;
  }

  /** Share of bytes that are printable, CR, LF, HT, STX or ETX without their top bit. */
  private double readableInSevenBits() {
    long count = 0;
    for (int b = 0; b < histogram.length; b++) {
      int c = b & 0x7F;
      boolean text = (c >= ' ' && c < 0x7F) || "\r\n\t\002\003".indexOf(c) >= 0;
      count += text ? histogram[b] : 0;
    }
    return (double) count / total;
  }

  /**
   * Share of bytes that are text of a line whose every level is inverted: the receiver takes the
   * stop bit for the start bit, so seven bits arrive inverted, one place further up, above a 1.
   */
  private double readableThroughUart() {
    long count = 0;
    for (int b = 1; b < histogram.length; b += 2) {
      int c = ~(b >> 1) & 0x7F;
      boolean text = (c >= ' ' && c < 0x7F) || c == '\r' || c == '\n';
      count += text ? histogram[b] : 0;
    }
    return (double) count / total;
  }

  /** Text has many different characters; a stuck line has few. */
  private boolean varied() {
    return Arrays.stream(histogram).filter(count -> count > 0).count() >= DIFFERENT_BYTES_MIN;
  }

  private boolean textLike() {
    return readable(0) >= 0.75;
  }

  /** Share of bytes that are printable ASCII, CR or LF after an exclusive or with {@code mask}. */
  private double readable(int mask) {
    long count = histogram['\r' ^ mask] + histogram['\n' ^ mask];
    for (int b = ' '; b < 0x7F; b++) {
      count += histogram[b ^ mask];
    }
    return (double) count / total;
  }
}
