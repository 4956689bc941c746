// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import io.energydongle.frame.Crc16;
import io.energydongle.frame.P1Frame;
import io.energydongle.frame.P1Frame.Trailer;
import io.energydongle.frame.Rejection;
import io.energydongle.frame.Rejection.Reason;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterIdentity.Protocol;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MeterTime;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.RawTelegram;
import io.energydongle.snapshot.Reception;
import io.energydongle.telegram.ParseResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * Gives meaning to P1 frames. The order of lines and the set of objects vary between meters, so
 * everything is looked up by code and nothing depends on the version.
 *
 * <p>One per line, not thread safe: it remembers whether this meter sends checksums.
 *
 * <p>Source: {@code p1.md} sections 2 to 7.
 */
public final class P1Parser {

  /** What to do with a checksum that is there and wrong. */
  public enum ChecksumPolicy {
    /** Reject the telegram. */
    REQUIRE,
    /** Take it all the same; only for a meter whose firmware calculates wrong for good. */
    IGNORE,
    /** Take it, because an authentication tag has vouched for the bytes. */
    AUTHENTICATED
  }

  private final CosemLines lines = new CosemLines();
  private final P1Memory memory = new P1Memory();
  private final ChecksumRule checksums = new ChecksumRule();
  private long unknownObjects;
  private long duplicateObjects;

  /**
   * Reads one frame.
   *
   * @param receivedAt host wall clock of its last byte.
   * @param receivedNanos monotonic clock of its last byte.
   */
  public ParseResult parse(
      P1Frame frame, ChecksumPolicy policy, Instant receivedAt, long receivedNanos) {
    boolean claimed = frame.trailer() != Trailer.NOTHING;
    boolean matches =
        frame.trailer() == Trailer.CHECKSUM && frame.checksum() == frame.calculatedChecksum();
    if (claimed && !matches && policy == ChecksumPolicy.REQUIRE) {
      return rejected(Reason.CHECKSUM_MISMATCH, frame, 0, mismatch(frame));
    }
    lines.read(frame.buffer(), frame.length());
    unknownObjects += lines.unknown();
    duplicateObjects += lines.duplicates();
    if (lines.known() == 0) {
      return rejected(
          Reason.NOTHING_KNOWN,
          frame,
          0,
          "expected data lines such as 1-0:1.7.0(00.500*kW), found none that is known");
    }
    CosemValues values = new CosemValues(lines, memory, frame.offset());
    if (matches) {
      checksums.present(values.ident());
    }
    boolean unchecked = !matches && policy != ChecksumPolicy.AUTHENTICATED;
    if (unchecked) {
      Optional<ParseResult> doubt = doubtWithoutChecksum(frame, claimed, values);
      if (doubt.isPresent()) {
        return doubt.get();
      }
    }
    MeterSnapshot.Builder snapshot = assemble(frame, values, receivedAt, receivedNanos);
    if (unchecked) {
      snapshot.note(claimed ? Note.CHECKSUM_IGNORED : Note.CHECKSUM_ABSENT);
      if (!values.dropped().isEmpty()) {
        return new ParseResult.Rejected(values.dropped().get(0));
      }
    }
    return new ParseResult.Accepted(snapshot.build(), values.dropped());
  }

  /** Lines of all frames so far whose object is not listed. */
  public long unknownObjects() {
    return unknownObjects;
  }

  /** Lines of all frames so far that repeated an object. */
  public long duplicateObjects() {
    return duplicateObjects;
  }

  private MeterSnapshot.Builder assemble(
      P1Frame frame, CosemValues values, Instant receivedAt, long receivedNanos) {
    IdentityLines sender = new IdentityLines(lines, values);
    ElectricityLines electricity = new ElectricityLines(lines, values, memory);
    MeterIdentity meter = sender.identity();
    Reception reception =
        new Reception(receivedAt, receivedNanos, IdentityLines.assumedPeriod(meter));
    RawTelegram raw = new RawTelegram(frame.buffer(), frame.length());
    MeterSnapshot.Builder snapshot = new MeterSnapshot.Builder(reception, meter, raw);

    Optional<MeterTime> time = sender.time();
    snapshot.meterTime(time);
    if (sender.clockUnset(time)) {
      snapshot.note(Note.METER_CLOCK_UNSET);
    }
    electricity.addPower(snapshot);
    electricity.addPhases(snapshot, meter.protocol() == Protocol.EMUCS);
    snapshot.energy(
        electricity.energy(CosemObject.ENERGY_IMPORT),
        electricity.energy(CosemObject.ENERGY_EXPORT));
    snapshot.reactive(electricity.reactive());
    snapshot.tariff(values.integer(CosemObject.TARIFF));
    snapshot.demand(electricity.demand());
    snapshot.mbus(new MbusLines(lines, values).channels());
    snapshot.grid(new GridLines(lines, values, memory).grid());
    snapshot.message(values.text(CosemObject.MESSAGE.slot()));
    return snapshot;
  }

  /** Without a checksum every byte and every line has to be in order. */
  private Optional<ParseResult> doubtWithoutChecksum(
      P1Frame frame, boolean claimed, CosemValues values) {
    int damaged = firstDamagedCharacter(frame);
    if (damaged >= 0) {
      return Optional.of(
          rejected(
              Reason.DAMAGED_CHARACTER,
              frame,
              damaged,
              "expected ASCII text, because this telegram has no checksum"));
    }
    if (lines.skipped() > 0) {
      return Optional.of(
          rejected(
              Reason.MALFORMED_LINE,
              frame,
              lines.skippedAt(0),
              "expected A-B:C.D.E(value) on every line, because this telegram has no checksum"));
    }
    return claimed || checksums.acceptsAbsent(values.ident(), IdentityLines.olderGeneration(lines))
        ? Optional.empty()
        : Optional.of(rejected(Reason.CHECKSUM_MISSING, frame, 0, checksums.explain()));
  }

  /** Index of the first byte that plain text cannot hold, or -1. */
  private static int firstDamagedCharacter(P1Frame frame) {
    for (int at = 0; at < frame.length(); at++) {
      byte b = frame.buffer()[at];
      boolean text = (b >= ' ' && b < 0x7F) || b == '\r' || b == '\n';
      if (!text) {
        return at;
      }
    }
    return -1;
  }

  private static ParseResult rejected(Reason reason, P1Frame frame, int at, String detail) {
    return new ParseResult.Rejected(new Rejection(reason, frame.offset() + at, detail));
  }

  private static String mismatch(P1Frame frame) {
    if (frame.trailer() == Trailer.DAMAGED) {
      return "expected up to four hexadecimal digits and a line end behind the exclamation mark";
    }
    String detail =
        String.format(
            "telegram of %d bytes says %04X, its bytes give %04X",
            frame.length(), frame.checksum(), frame.calculatedChecksum());
    return rightOnceLineEndsAreRestored(frame)
        ? detail
            + "; right once CR LF is restored: something on the way changes line ends, open the"
            + " port in raw mode"
        : detail;
  }

  /** A terminal in cooked mode, or a text tool, removes CR or turns it into a second LF. */
  private static boolean rightOnceLineEndsAreRestored(P1Frame frame) {
    String text = new String(frame.buffer(), 0, frame.length(), StandardCharsets.ISO_8859_1);
    String withoutCr = text.replace("\r", "").replace("\n", "\r\n");
    String crWasLf = text.replace("\n\n", "\r\n");
    return checksum(withoutCr) == frame.checksum() || checksum(crWasLf) == frame.checksum();
  }

  private static int checksum(String telegram) {
    byte[] bytes = telegram.getBytes(StandardCharsets.ISO_8859_1);
    return Crc16.of(bytes, 0, bytes.length);
  }
}
