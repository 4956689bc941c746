// SPDX-License-Identifier: Apache-2.0
package io.energydongle.button;

import io.energydongle.button.Key.KeyException;
import io.energydongle.button.PressTimer.Wish;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.ButtonStatus;
import io.energydongle.status.DeviceState.Press;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that waits for presses. A button that is missing or lost is said once and looked for
 * again, quietly; nothing waits for it.
 */
public final class Button {

  private static final Logger LOG = LoggerFactory.getLogger(Button.class);

  /** Pauses between attempts to find the button, in seconds; the last one repeats. */
  private static final int[] RETRY_SECONDS = {1, 2, 5};

  /** What presses ask for, on the thread of the button. */
  public interface Actions {

    /** A short press: connect again, at once. */
    void reconnect();

    /** A long press: back to factory defaults. */
    void factoryReset();
  }

  private final Key.Finder finder;
  private final Actions actions;
  private final MonotonicClock clock;
  private final PressTimer timer = new PressTimer();
  private final Thread thread = new Thread(this::run, "button");
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicLong presses = new AtomicLong();
  private volatile Optional<String> fault = Optional.empty();

  /** A button that does nothing before {@link #start()}. */
  public Button(Key.Finder finder, Actions actions, MonotonicClock clock) {
    this.finder = finder;
    this.actions = actions;
    this.clock = clock;
    thread.setDaemon(true);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /** Ends, without waiting for it. */
  public void stop() {
    stopped.countDown();
    thread.interrupt();
  }

  /** What letting go of it would do now. */
  public Press press() {
    return timer.press(clock.nanos());
  }

  /** How it is doing. */
  public ButtonStatus status() {
    return new ButtonStatus(fault, presses.get());
  }

  private void run() {
    int failures = 0;
    while (stopped.getCount() > 0) {
      try (Key key = finder.find()) {
        found();
        failures = 0;
        serve(key);
      } catch (KeyException e) {
        lost(e.sentence());
      } catch (IOException e) {
        lost("The button has vanished: " + e + ". Check its overlay in config.txt.");
      }
      timer.forget();
      try {
        int pause = RETRY_SECONDS[Math.min(failures++, RETRY_SECONDS.length - 1)];
        stopped.await(pause, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void found() {
    timer.forget();
    if (fault.isPresent()) {
      LOG.info("the button is there");
    }
    fault = Optional.empty();
  }

  private void lost(String sentence) {
    if (stopped.getCount() > 0 && !fault.equals(Optional.of(sentence))) {
      LOG.warn("{}", sentence);
      fault = Optional.of(sentence);
    }
  }

  private void serve(Key key) throws IOException {
    while (stopped.getCount() > 0) {
      switch (key.next()) {
        case PRESSED -> timer.pressed(clock.nanos());
        case RELEASED -> obey(timer.released(clock.nanos()));
        case UNKNOWN -> timer.forget();
      }
    }
  }

  private void obey(Wish wish) {
    switch (wish) {
      case NOTHING -> LOG.info("the button was held since before the start, or stuck; ignored");
      case RECONNECT -> {
        presses.incrementAndGet();
        LOG.info("button: connect again");
        actions.reconnect();
      }
      case FACTORY_RESET -> {
        presses.incrementAndGet();
        LOG.warn("button: factory reset");
        actions.factoryReset();
      }
    }
  }
}
