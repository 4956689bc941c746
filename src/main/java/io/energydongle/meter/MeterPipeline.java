// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Rejection;
import io.energydongle.snapshot.MeterSnapshot;
import java.time.Instant;

/**
 * Bytes of a meter in, readings out, whatever kind of meter it is. Both kinds listen until one of
 * them has understood something; then the other one is left in peace. {@code decode} and the daemon
 * use the same one.
 *
 * <p>Not thread safe; one per line or capture.
 */
public final class MeterPipeline {

  /** What the bytes are. */
  public enum Kind {
    /** Not known yet. */
    UNKNOWN,
    /** P1 telegrams. */
    P1,
    /** TIC frames. */
    TIC
  }

  private final Kind pinned;
  private final boolean live;
  private final Finisher finisher;
  private final TelegramListener listener;
  private final P1Pipeline p1;
  private final TicPipeline tic;
  private Kind kind;

  /**
   * A pipeline that hands its readings to {@code listener}, on the thread that feeds it.
   *
   * @param kind {@link Kind#UNKNOWN} for finding out.
   * @param live false for captures, whose telegrams come faster than they were sent, so that
   *     nothing may be concluded from the time between them.
   */
  public MeterPipeline(Kind kind, boolean live, MeterSettings settings, TelegramListener listener) {
    this.pinned = kind;
    this.live = live;
    this.kind = kind;
    this.listener = listener;
    Notice notice = new Notice();
    this.finisher = new Finisher(settings, live, notice);
    this.p1 = new P1Pipeline(settings, finisher);
    this.tic = new TicPipeline(settings, live, finisher, notice);
  }

  /**
   * A pipeline with other settings that takes over from this one: it knows nothing of the meter
   * yet, but counts its readings on.
   */
  MeterPipeline with(MeterSettings settings) {
    MeterPipeline next = new MeterPipeline(pinned, live, settings, listener);
    next.finisher.continueAfter(finisher);
    return next;
  }

  /**
   * Takes the next bytes of the line, in pieces of any size.
   *
   * @param at host wall clock when the last of them arrived.
   * @param nanos monotonic clock at the same moment.
   */
  public void feed(byte[] bytes, int offset, int count, Instant at, long nanos) {
    if (kind != Kind.TIC) {
      p1.feed(bytes, offset, count, at, nanos);
    }
    if (kind != Kind.P1) {
      tic.feed(bytes, offset, count, at, nanos);
      if (tic.sure() && kind == Kind.UNKNOWN) {
        kind = Kind.TIC;
        p1.restart();
      }
    }
  }

  /** The line is silent, or the capture ends: what is open will not be completed. */
  public void endOfInput() {
    if (kind != Kind.TIC) {
      p1.endOfInput();
    }
    if (kind != Kind.P1) {
      tic.endOfInput();
    }
  }

  /** The line is another one now: forgets what is open and what kind it was. */
  public void restart() {
    p1.restart();
    tic.restart();
    kind = pinned;
  }

  /** What the bytes are, as far as it is known. */
  public Kind kind() {
    return kind;
  }

  /** TIC groups with the right checksum so far. */
  public long goodGroups() {
    return tic.goodGroups();
  }

  /** Characters with wrong parity so far. */
  public long parityErrors() {
    return kind == Kind.TIC ? tic.parityErrors() : p1.parityErrors();
  }

  /** Lines so far whose object is not listed, and labels that are not. */
  public long unknownObjects() {
    return p1.unknownObjects() + tic.unknownLabels();
  }

  /** Lines of all telegrams so far that repeated an object. */
  public long duplicateObjects() {
    return p1.duplicateObjects();
  }

  /** Learns from what was understood which kind it is. */
  private final class Notice implements TelegramListener {
    @Override
    public void accepted(MeterSnapshot snapshot) {
      if (kind == Kind.UNKNOWN && snapshot.tic().isEmpty()) {
        kind = Kind.P1;
        tic.restart();
      }
      listener.accepted(snapshot);
    }

    @Override
    public void dropped(Rejection rejection) {
      listener.dropped(rejection);
    }

    @Override
    public void rejected(Rejection rejection) {
      listener.rejected(rejection);
    }
  }
}
