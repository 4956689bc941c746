// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.CharacterFormat;
import io.energydongle.frame.EncryptedFrame;
import io.energydongle.frame.FrameSink;
import io.energydongle.frame.P1Frame;
import io.energydongle.frame.P1FrameReader;
import io.energydongle.frame.Rejection;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Reception;
import io.energydongle.telegram.ParseResult;
import io.energydongle.telegram.p1.P1Parser;
import io.energydongle.telegram.p1.P1Parser.ChecksumPolicy;
import java.time.Instant;
import java.util.Optional;

/**
 * Bytes of a P1 line in, readings out: character format, frames, decryption, parsing, and what
 * needs a memory of earlier telegrams. {@code decode} and the daemon use the same one.
 *
 * <p>Not thread safe; one per line or capture.
 */
public final class P1Pipeline {

  private final TelegramListener listener;
  private final ChecksumPolicy checksumPolicy;
  private final EncryptedTelegrams encrypted;
  private final P1Parser parser = new P1Parser();
  private final EnergyGuard energyGuard = new EnergyGuard();
  private final PeriodEstimator period = new PeriodEstimator();
  private final MbusSelector mbus;
  private final ElectricityOptions options;
  private final CharacterFormat line;

  private Instant receivedAt = Instant.EPOCH;
  private long receivedNanos;
  private long sequence;

  /** A pipeline that hands its readings to {@code listener}, on the thread that feeds it. */
  public P1Pipeline(MeterSettings settings, TelegramListener listener) {
    this.listener = listener;
    this.checksumPolicy =
        settings.ignoreChecksum() ? ChecksumPolicy.IGNORE : ChecksumPolicy.REQUIRE;
    this.encrypted = new EncryptedTelegrams(settings.decryption());
    this.mbus = new MbusSelector(settings.channels());
    this.options = new ElectricityOptions(settings.electricity());
    this.line =
        new CharacterFormat(
            new P1FrameReader(new LineSink(), settings.decryption().systemTitle().isPresent()));
  }

  /**
   * Takes the next bytes of the line, in pieces of any size.
   *
   * @param at host wall clock when the last of them arrived.
   * @param nanos monotonic clock at the same moment.
   */
  public void feed(byte[] bytes, int offset, int count, Instant at, long nanos) {
    receivedAt = at;
    receivedNanos = nanos;
    line.feed(bytes, offset, count);
  }

  /** The line is silent, or the capture ends: what is open will not be completed. */
  public void endOfInput() {
    line.endOfInput();
  }

  /** True while the line sends seven bits and even parity. */
  public boolean sevenBits() {
    return line.sevenBits();
  }

  /** Characters with wrong parity so far. */
  public long parityErrors() {
    return line.parityErrors();
  }

  /** Lines of all telegrams so far whose object is not listed. */
  public long unknownObjects() {
    return parser.unknownObjects();
  }

  /** Lines of all telegrams so far that repeated an object. */
  public long duplicateObjects() {
    return parser.duplicateObjects();
  }

  private void take(P1Frame frame, ChecksumPolicy policy, Optional<Note> note) {
    ParseResult result = parser.parse(frame, policy, receivedAt, receivedNanos);
    if (result instanceof ParseResult.Accepted accepted) {
      take(accepted, frame.offset(), note);
    } else {
      listener.rejected(((ParseResult.Rejected) result).rejection());
    }
  }

  private void take(ParseResult.Accepted accepted, long offset, Optional<Note> note) {
    Optional<Rejection> doubt = energyGuard.doubt(accepted.snapshot(), offset);
    if (doubt.isPresent()) {
      listener.rejected(doubt.get());
      return;
    }
    MeterSnapshot snapshot = energyGuard.withoutSteppingBack(accepted.snapshot());
    Reception reception = snapshot.reception();
    MeterSnapshot.Builder complete = options.apply(snapshot).toBuilder();
    period
        .telegram(snapshot.meter(), reception.receivedNanos())
        .ifPresent(
            measured ->
                complete.reception(
                    new Reception(reception.receivedAt(), reception.receivedNanos(), measured)));
    complete.chosen(mbus.choose(snapshot.mbus()));
    note.ifPresent(complete::note);
    listener.accepted(complete.sequence(++sequence).build(), accepted.dropped());
  }

  private boolean take(EncryptedFrame frame) {
    EncryptedTelegrams.Result result = encrypted.open(frame);
    if (result.telegram() != null) {
      take(
          result.telegram(),
          result.verified() ? ChecksumPolicy.AUTHENTICATED : ChecksumPolicy.REQUIRE,
          result.verified() ? Optional.empty() : Optional.of(Note.TAG_NOT_VERIFIED));
    }
    if (result.rejection() != null) {
      listener.rejected(result.rejection());
    }
    return result.isFrame();
  }

  /** Takes what comes straight from the line. */
  private final class LineSink implements FrameSink {
    @Override
    public void telegram(P1Frame frame) {
      take(frame, checksumPolicy, Optional.empty());
    }

    @Override
    public boolean encrypted(EncryptedFrame frame) {
      return take(frame);
    }

    @Override
    public void rejected(Rejection rejection) {
      listener.rejected(rejection);
    }
  }
}
