// SPDX-License-Identifier: Apache-2.0
package io.energydongle.service;

import io.energydongle.snapshot.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that the gateway is ready, once every loop has gone round, and from
 * then on that it is alive, as long as every loop goes on doing so. When one stands still it falls
 * silent, and the service manager starts the gateway anew.
 */
public final class Watchdog implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  private static final long START_LOOK_MILLIS = 100;

  /** So many messages in the time that the service manager waits for one. */
  private static final int MESSAGES_PER_LIMIT = 4;

  private static final Duration PERIOD_MAX = Duration.ofSeconds(10);

  /** Longer than the slowest board starts, shorter than the service manager waits for it. */
  private static final Duration START_MAX = Duration.ofSeconds(60);

  private final List<Watched> loops;
  private final Notifier notifier;
  private final Duration period;
  private final MonotonicClock clock;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean silent;

  /**
   * A watchdog over these loops.
   *
   * @param period time between two looks, and between two messages.
   */
  public Watchdog(List<Loop> loops, Notifier notifier, Duration period, MonotonicClock clock) {
    this.loops = loops.stream().map(loop -> new Watched(loop, clock.nanos())).toList();
    this.notifier = notifier;
    this.period = period;
    this.clock = clock;
  }

  /**
   * How often to say so.
   *
   * @param limitMicros value of {@code WATCHDOG_USEC}; empty when nobody waits.
   */
  public static Duration period(Optional<String> limitMicros) {
    try {
      long micros = Long.parseLong(limitMicros.orElse("0")) / MESSAGES_PER_LIMIT;
      Duration wanted = Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros));
      return micros > 0 && wanted.compareTo(PERIOD_MAX) < 0 ? wanted : PERIOD_MAX;
    } catch (NumberFormatException e) {
      return PERIOD_MAX;
    }
  }

  @Override
  public void run() {
    try {
      long begun = clock.nanos();
      boolean told = false;
      while (!isReady()) {
        if (!told && clock.nanos() - begun > START_MAX.toNanos()) {
          told = true;
          LOG.error(
              "not ready after {} s, because of: {}{}",
              START_MAX.toSeconds(),
              String.join(", ", missing()),
              threads());
        }
        if (stopped.await(START_LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      notifier.say("READY=1");
      do {
        feed(clock.nanos());
      } while (!stopped.await(period.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isReady() {
    return look(clock.nanos()).isEmpty() && loops.stream().noneMatch(each -> each.turns == 0);
  }

  /** Names of the loops that the start waits for. */
  private List<String> missing() {
    List<String> still = look(clock.nanos());
    return loops.stream()
        .filter(each -> each.turns == 0 || still.contains(each.loop.name()))
        .map(each -> each.loop.name())
        .toList();
  }

  /** Ends it; the time until the end of the process is the service manager's matter. */
  public void stop() {
    if (stopped.getCount() > 0) {
      stopped.countDown();
      notifier.say("STOPPING=1");
    }
  }

  /** Says that all is well, if it is. */
  void feed(long now) {
    List<String> still = look(now);
    if (still.isEmpty()) {
      silent = false;
      notifier.say("WATCHDOG=1");
    } else if (!silent) {
      silent = true;
      LOG.error(
          "standing still: {}; waiting for the service manager to start the gateway anew{}",
          String.join(", ", still),
          threads());
    }
  }

  /** Names of the loops that have stood still for too long. */
  private List<String> look(long now) {
    loops.forEach(each -> each.look(now));
    return loops.stream()
        .filter(each -> now - each.movedNanos > each.loop.stillMax().toNanos())
        .map(each -> each.loop.name())
        .toList();
  }

  /** Where every thread is; nobody could find out later. */
  private static String threads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(each -> each.getValue().length > 0)
        .map(each -> "\n  " + each.getKey().getName() + " in " + each.getValue()[0])
        .sorted()
        .collect(Collectors.joining());
  }

  private static final class Watched {
    private final Loop loop;
    private long turns;
    private long movedNanos;

    Watched(Loop loop, long now) {
      this.loop = loop;
      this.movedNanos = now;
    }

    void look(long now) {
      long newest = loop.turns().getAsLong();
      if (newest != turns) {
        turns = newest;
        movedNanos = now;
      }
    }
  }
}
