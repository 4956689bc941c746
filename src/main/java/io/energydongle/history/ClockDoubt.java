// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import java.time.Duration;

/**
 * Decides what to think of a clock that is behind what was recorded already. Either it is wrong
 * now, as after a start without battery and network, and the records are right; or it was wrong
 * then, and the records lie in the future. The longer was recorded, the longer the clock has to run
 * on steadily before it is believed. Not thread safe.
 */
final class ClockDoubt {

  /** A clock that has run on for so long is believed against any number of records. */
  static final Duration AT_MOST = Duration.ofHours(12);

  private static final Duration AT_LEAST = Duration.ofMinutes(15);

  /** A clock that differs more from the monotonic one than a moment ago has been set. */
  private static final long STEADY_SECONDS = 60;

  private boolean doubting;
  private long sinceNanos;
  private long offsetSeconds;

  /** The clock is not behind (any more). */
  void end() {
    doubting = false;
  }

  /**
   * Takes a reading whose time is behind.
   *
   * @param second time of the reading by the doubted clock.
   * @param nanos time of the reading by the monotonic clock.
   * @param recordedSeconds how much was recorded in what would be the future.
   * @return true when the clock is to be believed and those records are to go.
   */
  boolean believes(long second, long nanos, long recordedSeconds) {
    long offset = second - nanos / 1_000_000_000L;
    if (!doubting || Math.abs(offset - offsetSeconds) > STEADY_SECONDS) {
      doubting = true;
      sinceNanos = nanos;
      offsetSeconds = offset;
    }
    long needed = Math.min(AT_MOST.toSeconds(), Math.max(AT_LEAST.toSeconds(), recordedSeconds));
    if (nanos - sinceNanos < Duration.ofSeconds(needed).toNanos()) {
      return false;
    }
    doubting = false;
    return true;
  }
}
