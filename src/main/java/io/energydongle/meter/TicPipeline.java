// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Rejection;
import io.energydongle.frame.TicFrame;
import io.energydongle.frame.TicFrameReader;
import io.energydongle.frame.TicLabels;
import io.energydongle.frame.TicSink;
import io.energydongle.telegram.ParseResult;
import io.energydongle.telegram.tic.TicLabelTable;
import io.energydongle.telegram.tic.TicOptions;
import io.energydongle.telegram.tic.TicParser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bytes of a TIC line in, readings out. What is damaged is kept to itself until two different known
 * labels have come, because the bytes of other meters are damaged groups as well.
 *
 * <p>Not thread safe; one per line or capture.
 *
 * <p>Source: {@code tic.md} section 7, "lock".
 */
final class TicPipeline {

  private static final int HELD_BACK_MAX = 64;

  /**
   * Longer than any gap inside a frame or between two of them. Source: {@code tic.md} section 1.
   */
  private static final long PAUSE_NANOS = 400_000_000L;

  private final boolean live;
  private final Finisher finisher;
  private final TelegramListener listener;
  private final TicLabelTable labels = new TicLabelTable();
  private final TicFrameReader reader = new TicFrameReader(new Sink(), labels);
  private final TicParser parser;
  private final List<Rejection> heldBack = new ArrayList<>();

  private Instant receivedAt = Instant.EPOCH;
  private long receivedNanos;
  private boolean sure;
  private int firstLabel = TicLabels.UNKNOWN;
  private long goodGroups;

  /** A pipeline whose readings go through {@code finisher}, on the thread that feeds it. */
  TicPipeline(MeterSettings settings, boolean live, Finisher finisher, TelegramListener listener) {
    this.live = live;
    this.finisher = finisher;
    this.listener = listener;
    MeterSettings.Tic tic = settings.tic();
    this.parser =
        new TicParser(
            new TicOptions(
                tic.fineCurrent(), tic.phaseExport(), tic.historicalExport(), tic.nominalVolt()));
  }

  /** Takes the next bytes of the line, in pieces of any size. */
  void feed(byte[] bytes, int offset, int count, Instant at, long nanos) {
    if (live && nanos - receivedNanos > PAUSE_NANOS) {
      // The rest of a frame after a loose contact must not be joined to its beginning.
      reader.pause();
    }
    receivedAt = at;
    receivedNanos = nanos;
    reader.feed(bytes, offset, count);
  }

  /** The line is silent, or the capture ends. */
  void endOfInput() {
    reader.endOfInput();
    if (goodGroups > 0) {
      releaseHeldBack();
    }
  }

  /** Forgets what is open, and that this was a TIC line. */
  void restart() {
    reader.restart();
    sure = false;
    firstLabel = TicLabels.UNKNOWN;
    heldBack.clear();
  }

  /** True once the line can be nothing but TIC. */
  boolean sure() {
    return sure;
  }

  /** Groups with the right checksum and a known label so far. */
  long goodGroups() {
    return goodGroups;
  }

  /** Characters with wrong parity so far. */
  long parityErrors() {
    return reader.parityErrors();
  }

  /** Labels that are not listed so far. */
  long unknownLabels() {
    return labels.unknownNames().size();
  }

  private void makeSure() {
    sure = true;
    releaseHeldBack();
  }

  private void releaseHeldBack() {
    heldBack.forEach(listener::dropped);
    heldBack.clear();
  }

  /** Takes what comes from the line. */
  private final class Sink implements TicSink {
    @Override
    public void group(int label) {
      if (label == TicLabels.UNKNOWN) {
        return;
      }
      goodGroups++;
      if (!sure && firstLabel != TicLabels.UNKNOWN && firstLabel != label) {
        makeSure();
      }
      firstLabel = label;
    }

    @Override
    public void frame(TicFrame frame) {
      // Nothing but a meter sends whole frames, even such as hold a single group.
      if (!sure && frame.intact()) {
        makeSure();
      }
      if (sure) {
        ParseResult result = parser.parse(frame, receivedAt, receivedNanos);
        if (result instanceof ParseResult.Rejected) {
          parser.malformed().forEach(listener::dropped);
        }
        finisher.take(result, frame.offset(), receivedNanos, Optional.empty());
      }
    }

    @Override
    public void damaged(Rejection rejection) {
      if (sure) {
        listener.dropped(rejection);
      } else if (heldBack.size() < HELD_BACK_MAX) {
        heldBack.add(rejection);
      }
    }
  }
}
