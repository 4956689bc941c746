// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

/**
 * How often a client polls: its longest pause between two requests in the last two to four minutes.
 * Masters that ask for one value per request send bursts, so the mean would say nothing.
 */
final class PollPeriod {

  private static final long WINDOW_NANOS = 120_000_000_000L;

  private boolean any;
  private long lastNanos;
  private long windowStartNanos;
  private long longestNanos;
  private long longestBeforeNanos;

  /** Notes a request. */
  void request(long nowNanos) {
    if (any) {
      longestNanos = Math.max(longestNanos, nowNanos - lastNanos);
      if (nowNanos - windowStartNanos > WINDOW_NANOS) {
        longestBeforeNanos = longestNanos;
        longestNanos = 0;
        windowStartNanos = nowNanos;
      }
    } else {
      windowStartNanos = nowNanos;
      any = true;
    }
    lastNanos = nowNanos;
  }

  /** The period in nanoseconds; 0 before the second request. */
  long nanos() {
    return Math.max(longestNanos, longestBeforeNanos);
  }
}
