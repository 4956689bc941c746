// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Rejection;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Reception;
import io.energydongle.telegram.ParseResult;
import java.util.Optional;

/**
 * What every reading goes through, whatever kind of meter it comes from: counters that cannot be
 * right, the choices of the user, the measured period, the sequence number.
 */
final class Finisher {

  private final TelegramListener listener;
  private final EnergyGuard energyGuard;
  private final PeriodEstimator period = new PeriodEstimator();
  private final MbusSelector mbus;
  private final ElectricityOptions options;
  private long sequence;

  /**
   * The end of a pipeline.
   *
   * @param live false for captures, whose telegrams come faster than they were sent.
   */
  Finisher(MeterSettings settings, boolean live, TelegramListener listener) {
    this.listener = listener;
    this.energyGuard = new EnergyGuard(live);
    this.mbus = new MbusSelector(settings.channels());
    this.options = new ElectricityOptions(settings.electricity());
  }

  /**
   * Takes what a parser made of a frame.
   *
   * @param offset place of the frame in the stream.
   * @param nanos monotonic clock of its last byte.
   * @param note remark to add; empty for none.
   */
  void take(ParseResult result, long offset, long nanos, Optional<Note> note) {
    if (result instanceof ParseResult.Accepted accepted) {
      accepted.dropped().forEach(listener::dropped);
      take(accepted.snapshot(), offset, note);
    } else {
      reject(((ParseResult.Rejected) result).rejection(), nanos);
    }
  }

  /** Numbers the readings from here on as if {@code earlier} had been this one. */
  void continueAfter(Finisher earlier) {
    sequence = earlier.sequence;
  }

  /** Takes what cannot become a reading; a whole telegram still tells how often they come. */
  void reject(Rejection rejection, long nanos) {
    if (rejection.reason().isFrame()) {
      period.damaged(nanos);
    }
    listener.rejected(rejection);
  }

  private void take(MeterSnapshot parsed, long offset, Optional<Note> note) {
    Optional<Rejection> doubt = energyGuard.doubt(parsed, offset);
    if (doubt.isPresent()) {
      reject(doubt.get(), parsed.reception().receivedNanos());
      return;
    }
    MeterSnapshot snapshot = energyGuard.withoutSteppingBack(parsed);
    Reception reception = snapshot.reception();
    MeterSnapshot.Builder complete = options.apply(snapshot).toBuilder();
    complete.reception(
        new Reception(
            reception.receivedAt(),
            reception.receivedNanos(),
            period.telegram(snapshot.meter(), reception.period(), reception.receivedNanos())));
    complete.chosen(mbus.choose(snapshot.mbus(), snapshot.meterTime()));
    note.ifPresent(complete::note);
    listener.accepted(complete.sequence(++sequence).build());
  }
}
