// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.snapshot.MonotonicClock;
import java.time.Duration;

/**
 * Slows guessing down: five wrong passwords are free, each further one doubles the time until the
 * next try, up to five minutes. For the whole device, because addresses are cheap. Thread safe.
 *
 * <p>Source: {@code platform.md} section 8, "5 tries then growing delay".
 */
final class LoginDelay {

  private static final int FREE_TRIES = 5;
  private static final long DELAY_NANOS_MAX = Duration.ofMinutes(5).toNanos();
  private static final long FORGET_NANOS = Duration.ofHours(1).toNanos();

  private final MonotonicClock clock;
  private int wrong;
  private long lastWrongNanos;

  LoginDelay(MonotonicClock clock) {
    this.clock = clock;
  }

  /**
   * Seconds until the next try; 0 when it may be made now, and then it counts as a wrong one until
   * it has been found right, so that tries at the same time are no more than tries in a row.
   */
  synchronized int secondsToWaitOrTry() {
    int wait = secondsToWait();
    if (wait == 0) {
      wrong++;
      lastWrongNanos = clock.nanos();
    }
    return wait;
  }

  private int secondsToWait() {
    long since = clock.nanos() - lastWrongNanos;
    if (wrong > 0 && since > FORGET_NANOS) {
      wrong = 0;
    }
    if (wrong < FREE_TRIES) {
      return 0;
    }
    long delay =
        Math.min(
            DELAY_NANOS_MAX, Duration.ofSeconds(1L << Math.min(20, wrong - FREE_TRIES)).toNanos());
    long left = delay - since;
    return left <= 0 ? 0 : (int) (left / 1_000_000_000L) + 1;
  }

  /** The last try was right. */
  synchronized void right() {
    wrong = 0;
  }
}
