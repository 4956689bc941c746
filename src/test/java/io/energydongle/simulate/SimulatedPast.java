// SPDX-License-Identifier: Apache-2.0
package io.energydongle.simulate;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Rejection;
import io.energydongle.history.History;
import io.energydongle.meter.MeterPipeline;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.TelegramListener;
import io.energydongle.snapshot.MeterSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** What a simulated meter sent in the past, recorded as if the device had been there. */
public final class SimulatedPast {

  private static final int DAY_SECONDS = 86_400;
  private static final int STEP_SECONDS = 30;

  private SimulatedPast() {}

  /** Writes the history of so many days, in which days are as long as real ones. */
  public static void write(Path stateDir, Scenario scenario, Instant upTo, int days) {
    History history = History.open(stateDir);
    SimulatedMeter meter = new SimulatedMeter(scenario, DAY_SECONDS);
    MeterPipeline pipeline =
        new MeterPipeline(Kind.UNKNOWN, true, MeterSettings.DEFAULT, new Into(history));
    long end = upTo.getEpochSecond();
    for (long second = end - (long) days * DAY_SECONDS; second < end; second += STEP_SECONDS) {
      Instant then = Instant.ofEpochSecond(second);
      byte[] telegram = meter.send(second, then);
      long nanos = Duration.ofSeconds(second).toNanos();
      pipeline.feed(telegram, 0, telegram.length, then, nanos);
    }
    history.flush();
  }

  private record Into(History history) implements TelegramListener {
    @Override
    public void accepted(MeterSnapshot snapshot) {
      history.accept(snapshot);
    }

    @Override
    public void rejected(Rejection rejection) {
      throw new AssertionError(rejection);
    }

    @Override
    public void dropped(Rejection rejection) {
      throw new AssertionError(rejection);
    }
  }
}
