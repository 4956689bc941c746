// SPDX-License-Identifier: Apache-2.0
package io.energydongle.simulate;

import io.energydongle.config.LineSetting;
import io.energydongle.serial.MeterPort;
import io.energydongle.serial.MeterPorts;
import io.energydongle.snapshot.MonotonicClock;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * The port of a simulated meter: hands out its bytes at the speed of its line. A slower line, read
 * too fast, gives zero bytes, as on a real port; a faster one, read too slowly, gives garbage.
 */
public final class SimulatedPorts implements MeterPorts {

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int BITS_PER_CHARACTER = 10;

  /** A serial driver hands over what came in some milliseconds, not single bytes. */
  private static final long DRIVER_NANOS = Duration.ofMillis(8).toNanos();

  private final Scenario scenario;
  private final SimulatedMeter meter;
  private final Clock clock;
  private final MonotonicClock monotonic;
  private final long startNanos;

  /** Switches the meter on. */
  public SimulatedPorts(Scenario scenario, Clock clock, MonotonicClock monotonic) {
    this.scenario = scenario;
    this.meter = new SimulatedMeter(scenario);
    this.clock = clock;
    this.monotonic = monotonic;
    this.startNanos = monotonic.nanos();
  }

  @Override
  public String name() {
    return "simulated meter " + scenario.code();
  }

  @Override
  public MeterPort open(LineSetting line) {
    return new Line(line);
  }

  /** The line while it is open. Used by the reader thread. */
  private final class Line implements MeterPort {
    private final LineSetting setting;
    private byte[] sending = {};
    private LineSetting speed = LineSetting.BAUD_115200;
    private int sent;
    private long sendingSecond = secondNow();

    Line(LineSetting setting) {
      this.setting = setting;
    }

    @Override
    public int read(byte[] buffer) {
      long deadline = monotonic.nanos() + SECOND_NANOS;
      while (monotonic.nanos() - deadline < 0) {
        int count = arrived(buffer);
        if (count > 0) {
          return count;
        }
        LockSupport.parkNanos(sent < sending.length ? DRIVER_NANOS : untilNextSecond());
        if (Thread.currentThread().isInterrupted()) {
          return 0;
        }
      }
      return 0;
    }

    /** Takes over what has come in since the last call. */
    private int arrived(byte[] buffer) {
      long second = secondNow();
      if (second != sendingSecond && sent == sending.length) {
        sending = meter.send(second, clock.instant());
        speed = meter.line(second);
        sent = 0;
        sendingSecond = second;
      }
      long nanos = monotonic.nanos() - startNanos - sendingSecond * SECOND_NANOS;
      long onTheLine = nanos * speed.baud() / BITS_PER_CHARACTER / SECOND_NANOS;
      int count = (int) Math.min(Math.min(sending.length, onTheLine) - sent, buffer.length);
      if (count <= 0) {
        return 0;
      }
      System.arraycopy(sending, sent, buffer, 0, count);
      sent += count;
      if (speed.baud() > setting.baud()) {
        return garbage(buffer, count);
      }
      if (speed.baud() < setting.baud()) {
        Arrays.fill(buffer, 0, count, (byte) 0);
      }
      return count;
    }

    /** A fast line read too slowly: fewer bytes, and none of them right. */
    private int garbage(byte[] buffer, int count) {
      int heard = 1 + count * setting.baud() / speed.baud();
      for (int i = 0; i < heard; i++) {
        buffer[i] = (byte) (buffer[i * count / heard] * 31 ^ 0xA5);
      }
      return heard;
    }

    @Override
    public void close() {
      // Nothing to give back.
    }
  }

  private long secondNow() {
    return (monotonic.nanos() - startNanos) / SECOND_NANOS;
  }

  private long untilNextSecond() {
    return SECOND_NANOS - (monotonic.nanos() - startNanos) % SECOND_NANOS;
  }
}
