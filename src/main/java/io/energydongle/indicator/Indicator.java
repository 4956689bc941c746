// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.DeviceState;
import io.energydongle.status.DeviceState.Press;
import io.energydongle.status.IndicatorStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that keeps the light in step with the device. Writes only when the colour changes. A
 * light that is missing or lost is said once and looked for again, quietly; nothing waits for it.
 * Leaves the light red, because a device that does not run is no good one.
 */
public final class Indicator {

  private static final Logger LOG = LoggerFactory.getLogger(Indicator.class);

  private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();

  /** While somebody holds the button, four seconds have to be four seconds. */
  private static final long LOOK_NANOS_PRESSED = Duration.ofMillis(25).toNanos();

  private static final long FIND_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Duration STOP_LIMIT = Duration.ofMillis(500);

  private final StatusLed.Finder finder;
  private final Supplier<DeviceState> state;
  private final MonotonicClock clock;
  private final Thread thread = new Thread(this::run, "indicator");
  private final CountDownLatch stopped = new CountDownLatch(1);

  private @Nullable StatusLed led;
  private @Nullable Colour shown;
  private Pattern pattern = Pattern.BOOTING;
  private long patternNanos;
  private long findNanos;
  private String fault = "";
  private volatile IndicatorStatus status =
      new IndicatorStatus(Pattern.BOOTING.code(), Pattern.BOOTING.colours(), Optional.empty());

  /**
   * An indicator that does nothing before {@link #start()}.
   *
   * @param state asked several times a second, so it must answer at once.
   */
  public Indicator(StatusLed.Finder finder, Supplier<DeviceState> state, MonotonicClock clock) {
    this.finder = finder;
    this.state = state;
    this.clock = clock;
    this.patternNanos = clock.nanos();
    this.findNanos = patternNanos;
    thread.setDaemon(true);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /** Shows red and ends; takes at most half a second. */
  public void stop() {
    stopped.countDown();
    try {
      thread.join(STOP_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the light shows. */
  public IndicatorStatus status() {
    return status;
  }

  private void run() {
    try {
      boolean goOn = true;
      while (goOn) {
        long wait = tick(clock.nanos());
        goOn = !stopped.await(wait, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      show(Colour.RED, clock.nanos());
      release();
    }
  }

  /**
   * Brings the light up to date.
   *
   * @return time until it has to be looked at again, ns.
   */
  long tick(long now) {
    DeviceState facts = state.get();
    Pattern next = Pattern.of(facts);
    if (next != pattern) {
      pattern = next;
      patternNanos = now;
    }
    show(pattern.colourAt(now - patternNanos), now);
    status =
        new IndicatorStatus(
            pattern.code(),
            pattern.colours(),
            fault.isEmpty() ? Optional.empty() : Optional.of(fault));
    long look = facts.press() == Press.NONE ? LOOK_NANOS : LOOK_NANOS_PRESSED;
    return Math.min(look, pattern.nanosToNextStep(now - patternNanos));
  }

  private void show(Colour colour, long now) {
    if (led == null && now - findNanos < 0) {
      return;
    }
    try {
      StatusLed light = led == null ? found() : led;
      if (colour != shown) {
        light.show(colour);
        shown = colour;
      }
    } catch (LightException e) {
      release();
      findNanos = now + FIND_AGAIN_NANOS;
      if (!e.sentence().equals(fault)) {
        LOG.warn("{}", e.sentence());
      }
      fault = e.sentence();
    }
  }

  private StatusLed found() throws LightException {
    StatusLed light = finder.find();
    led = light;
    shown = null;
    if (!fault.isEmpty()) {
      LOG.info("the light is there");
    }
    fault = "";
    return light;
  }

  private void release() {
    if (led != null) {
      led.close();
      led = null;
    }
  }
}
