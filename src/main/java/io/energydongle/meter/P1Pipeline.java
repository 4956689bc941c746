// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.CharacterFormat;
import io.energydongle.frame.EncryptedFrame;
import io.energydongle.frame.FrameSink;
import io.energydongle.frame.P1Frame;
import io.energydongle.frame.P1FrameReader;
import io.energydongle.frame.Rejection;
import io.energydongle.snapshot.Note;
import io.energydongle.telegram.p1.P1Parser;
import io.energydongle.telegram.p1.P1Parser.ChecksumPolicy;
import java.time.Instant;
import java.util.Optional;

/**
 * Bytes of a P1 line in, readings out: character format, frames, decryption, parsing, and what
 * needs a memory of earlier telegrams.
 *
 * <p>Not thread safe; one per line or capture.
 */
final class P1Pipeline {

  private final ChecksumPolicy checksumPolicy;
  private final EncryptedTelegrams encrypted;
  private final P1Parser parser = new P1Parser();
  private final Finisher finisher;
  private final CharacterFormat line;

  private Instant receivedAt = Instant.EPOCH;
  private long receivedNanos;

  /** A pipeline whose readings go through {@code finisher}, on the thread that feeds it. */
  P1Pipeline(MeterSettings settings, Finisher finisher) {
    this.checksumPolicy =
        settings.ignoreChecksum() ? ChecksumPolicy.IGNORE : ChecksumPolicy.REQUIRE;
    this.encrypted = new EncryptedTelegrams(settings.decryption());
    this.finisher = finisher;
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
  void feed(byte[] bytes, int offset, int count, Instant at, long nanos) {
    receivedAt = at;
    receivedNanos = nanos;
    line.feed(bytes, offset, count);
  }

  /** The line is silent, or the capture ends: what is open will not be completed. */
  void endOfInput() {
    line.endOfInput();
  }

  /** Forgets what is open, without a word. */
  void restart() {
    line.restart();
  }

  /** True while the line sends seven bits and even parity. */
  boolean sevenBits() {
    return line.sevenBits();
  }

  /** Characters with wrong parity so far. */
  long parityErrors() {
    return line.parityErrors();
  }

  /** Lines of all telegrams so far whose object is not listed. */
  long unknownObjects() {
    return parser.unknownObjects();
  }

  /** Lines of all telegrams so far that repeated an object. */
  long duplicateObjects() {
    return parser.duplicateObjects();
  }

  private void take(P1Frame frame, ChecksumPolicy policy, Optional<Note> note) {
    finisher.take(
        parser.parse(frame, policy, receivedAt, receivedNanos),
        frame.offset(),
        receivedNanos,
        note);
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
      finisher.reject(result.rejection(), receivedNanos);
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
      finisher.reject(rejection, receivedNanos);
    }
  }
}
