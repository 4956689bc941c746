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
  private final EnergyGuard energyGuard = new EnergyGuard();
  private final PeriodEstimator period = new PeriodEstimator();
  private final MbusSelector mbus;
  private final ElectricityOptions options;
  private long sequence;

  Finisher(MeterSettings settings, TelegramListener listener) {
    this.listener = listener;
    this.mbus = new MbusSelector(settings.channels());
    this.options = new ElectricityOptions(settings.electricity());
  }

  /**
   * Takes what a parser made of a frame.
   *
   * @param offset place of the frame in the stream.
   * @param note remark to add; empty for none.
   */
  void take(ParseResult result, long offset, Optional<Note> note) {
    if (result instanceof ParseResult.Accepted accepted) {
      accepted.dropped().forEach(listener::dropped);
      take(accepted.snapshot(), offset, note);
    } else {
      listener.rejected(((ParseResult.Rejected) result).rejection());
    }
  }

  private void take(MeterSnapshot parsed, long offset, Optional<Note> note) {
    Optional<Rejection> doubt = energyGuard.doubt(parsed, offset);
    if (doubt.isPresent()) {
      listener.rejected(doubt.get());
      return;
    }
    MeterSnapshot snapshot = energyGuard.withoutSteppingBack(parsed);
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
    listener.accepted(complete.sequence(++sequence).build());
  }
}
