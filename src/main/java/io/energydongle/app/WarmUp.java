// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Rejection;
import io.energydongle.meter.MeterPipeline;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.TelegramListener;
import io.energydongle.modbus.RegisterTemplate;
import io.energydongle.modbus.ServedMaps;
import io.energydongle.reading.ReadingJson;
import io.energydongle.simulate.Scenario;
import io.energydongle.simulate.SimulatedTelegram;
import io.energydongle.snapshot.MeterSnapshot;
import java.time.Instant;

/**
 * Decodes a telegram of the simulated meter some hundred times soon after the start, so that real
 * ones are not read by the interpreter of the JVM for long: without it a telegram takes several
 * milliseconds in the first minutes. Proves at the same time that this build decodes on this
 * machine. Nothing of it reaches any output, and no real telegram waits for it.
 */
final class WarmUp {

  /** From 200 calls on, the JVM compiles a method that is called once per telegram. */
  private static final int TELEGRAMS = 250;

  private WarmUp() {}

  /**
   * Runs in some tenths of a second.
   *
   * @throws IllegalStateException when the telegram is not decoded.
   */
  static void run(RegisterTemplate template) {
    ServedMaps registers = new ServedMaps(ServedMaps.Choice.only(template));
    Counter counter = new Counter(registers);
    MeterPipeline pipeline = new MeterPipeline(Kind.UNKNOWN, false, MeterSettings.DEFAULT, counter);
    byte[] telegram = SimulatedTelegram.of(Scenario.DEFAULT, Instant.EPOCH);
    for (int i = 0; i < TELEGRAMS; i++) {
      pipeline.feed(telegram, 0, telegram.length, Instant.EPOCH, i);
    }
    if (counter.accepted != TELEGRAMS || counter.jsonBytes == 0) {
      throw new IllegalStateException(
          "decoded " + counter.accepted + " of " + TELEGRAMS + " telegrams of our own making");
    }
  }

  private static final class Counter implements TelegramListener {
    private final ServedMaps registers;
    private int accepted;
    private long jsonBytes;

    Counter(ServedMaps registers) {
      this.registers = registers;
    }

    @Override
    public void accepted(MeterSnapshot snapshot) {
      registers.accept(snapshot);
      jsonBytes += ReadingJson.toBytes(snapshot).length;
      accepted++;
    }

    @Override
    public void dropped(Rejection rejection) {
      rejected(rejection);
    }

    @Override
    public void rejected(Rejection rejection) {
      throw new IllegalStateException("our own telegram was rejected: " + rejection);
    }
  }
}
