// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.snapshot.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done from time to time and may take a moment: one chore after the other, on one thread.
 */
final class Housekeeping {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration AFTER_FAULT = Duration.ofMinutes(1);

  /** Something to do. */
  interface Chore {

    /** Does it, and says after which time it has to be done again. */
    Duration run() throws InterruptedException;
  }

  private static final class Task {
    private final String name;
    private final Chore chore;
    private long dueNanos;

    Task(String name, Chore chore, long dueNanos) {
      this.name = name;
      this.chore = chore;
      this.dueNanos = dueNanos;
    }
  }

  private final MonotonicClock clock;
  private final List<Task> tasks = new ArrayList<>();

  Housekeeping(MonotonicClock clock) {
    this.clock = clock;
  }

  /** Another chore; its first time comes after this pause. */
  Housekeeping add(String name, Duration pause, Chore chore) {
    tasks.add(new Task(name, chore, clock.nanos() + pause.toNanos()));
    return this;
  }

  /** Does what is due until this is stopped. A chore that fails is done again a minute later. */
  void run(CountDownLatch stopped) throws InterruptedException {
    boolean goOn = true;
    while (goOn) {
      long now = clock.nanos();
      long pause = Long.MAX_VALUE;
      for (Task task : tasks) {
        pause = Math.min(pause, task.dueNanos - now);
      }
      goOn = !stopped.await(pause, TimeUnit.NANOSECONDS);
      if (goOn) {
        doWhatIsDue();
      }
    }
  }

  private void doWhatIsDue() throws InterruptedException {
    for (Task task : tasks) {
      if (clock.nanos() - task.dueNanos >= 0) {
        Duration pause = AFTER_FAULT;
        try {
          pause = task.chore.run();
        } catch (RuntimeException e) {
          LOG.error("{} failed; again in {} s", task.name, pause.toSeconds(), e);
        }
        task.dueNanos = clock.nanos() + pause.toNanos();
      }
    }
  }
}
