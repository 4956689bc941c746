// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between tries: twice as long each time, and a random part of that, so that a thousand
 * devices do not come back in the same second. Not thread safe.
 */
final class Backoff {

  private static final int DOUBLINGS_MAX = 20;
  private static final Duration SHORTEST = Duration.ofMillis(50);

  private final Timing timing;
  private final RandomGenerator random;
  private int failures;

  Backoff(Timing timing, RandomGenerator random) {
    this.timing = timing;
    this.random = random;
  }

  /** The next failure counts as the first. */
  void reset() {
    failures = 0;
  }

  /**
   * Pause after a failure.
   *
   * @param slow somebody has to cure it first.
   */
  Duration next(boolean slow) {
    Duration first = slow ? timing.refusedFirst() : timing.backoffFirst();
    long longest = (slow ? timing.refusedMax() : timing.backoffMax()).toMillis();
    long bound = Math.min(longest, first.toMillis() << Math.min(failures, DOUBLINGS_MAX));
    failures++;
    long floor = slow ? first.toMillis() : Math.min(bound, SHORTEST.toMillis());
    return Duration.ofMillis(Math.max(floor, random.nextLong(bound + 1)));
  }
}
