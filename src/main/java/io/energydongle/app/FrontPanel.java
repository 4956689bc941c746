// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.button.Button;
import io.energydongle.button.GpioKey;
import io.energydongle.button.InputEventKey;
import io.energydongle.button.Key;
import io.energydongle.config.BoardConfig;
import io.energydongle.indicator.GpioLed;
import io.energydongle.indicator.Indicator;
import io.energydongle.indicator.KernelLed;
import io.energydongle.indicator.StatusLed;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.ButtonStatus;
import io.energydongle.status.DeviceState;
import io.energydongle.status.DeviceState.Stage;
import io.energydongle.status.IndicatorStatus;
import java.time.Duration;

/** Light and button of the box: what the one shows, and what the other reaches. */
final class FrontPanel {

  /** Longer than a meter that sends every ten seconds needs to be found. */
  private static final long INITIALISING_NANOS_MAX = Duration.ofSeconds(60).toNanos();

  private static final long IDENTIFY_NANOS = Duration.ofSeconds(10).toNanos();

  /** What the light needs to know; every answer comes at once. */
  interface Facts {

    /** A fresh reading is there. */
    boolean meterData();

    /** Whether it is too early to say anything about the meter, or services are still starting. */
    boolean settling();

    /** The device has an address that others can reach. */
    boolean network();

    /** Modbus listens, or MQTT is connected. */
    boolean served();

    /** A new release arrives or is being installed. */
    boolean updating();
  }

  private final Facts facts;
  private final MonotonicClock clock;
  private final Indicator indicator;
  private final Button button;
  private volatile boolean started;
  private volatile long startNanos;
  private volatile boolean settled;
  private volatile long identifyNanos;

  FrontPanel(BoardConfig board, Facts facts, Button.Actions actions, MonotonicClock clock) {
    this.facts = facts;
    this.clock = clock;
    this.startNanos = clock.nanos();
    this.identifyNanos = startNanos;
    this.indicator = new Indicator(light(board.indicator()), this::state, clock);
    this.button = new Button(key(board.button()), actions, clock);
  }

  private static StatusLed.Finder light(BoardConfig.Indicator board) {
    return board.gpioRed().isEmpty() ? () -> KernelLed.find(board) : () -> GpioLed.find(board);
  }

  private static Key.Finder key(BoardConfig.Button board) {
    return board.gpio().isEmpty() ? () -> InputEventKey.find(board) : () -> GpioKey.find(board);
  }

  /** Begins. */
  void start() {
    startNanos = clock.nanos();
    indicator.start();
    button.start();
  }

  /** The services have been told to start: the light may go on from red. */
  void initialising() {
    started = true;
  }

  /** Ends; the light stays red. */
  void stop() {
    button.stop();
    indicator.stop();
  }

  /** Shows for ten seconds which box this is. */
  void identify() {
    identifyNanos = clock.nanos() + IDENTIFY_NANOS;
  }

  IndicatorStatus indicator() {
    return indicator.status();
  }

  ButtonStatus button() {
    return button.status();
  }

  /** What the light shows comes from this. */
  DeviceState state() {
    long now = clock.nanos();
    return new DeviceState(
        stage(now),
        facts.meterData(),
        facts.network(),
        facts.served(),
        button.press(),
        facts.updating(),
        now - identifyNanos < 0);
  }

  private Stage stage(long now) {
    if (!started) {
      return Stage.BOOTING;
    }
    settled |= !facts.settling() || now - startNanos > INITIALISING_NANOS_MAX;
    return settled ? Stage.RUNNING : Stage.INITIALISING;
  }
}
