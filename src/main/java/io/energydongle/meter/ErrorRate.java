// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import java.util.Arrays;

/** Share of rejected telegrams, or groups, in the last five minutes, in buckets of one minute. */
final class ErrorRate {

  private static final int MINUTES = 5;
  private static final long NANOS_PER_MINUTE = 60_000_000_000L;

  /** Fewer say nothing. */
  private static final int COUNT_MIN = 20;

  private final int[] accepted = new int[MINUTES];
  private final int[] rejected = new int[MINUTES];
  private long minute;

  void accepted(long nowNanos, long count) {
    accepted[bucket(nowNanos)] += (int) count;
  }

  void rejected(long nowNanos, long count) {
    rejected[bucket(nowNanos)] += (int) count;
  }

  /** Percent rejected, 0..100; 0 while there is too little to say. */
  int percent(long nowNanos) {
    bucket(nowNanos);
    int bad = Arrays.stream(rejected).sum();
    int all = bad + Arrays.stream(accepted).sum();
    return all < COUNT_MIN ? 0 : bad * 100 / all;
  }

  private int bucket(long nowNanos) {
    long now = Math.floorDiv(nowNanos, NANOS_PER_MINUTE);
    for (long m = Math.max(minute + 1, now - MINUTES + 1); m <= now; m++) {
      int at = Math.floorMod(m, MINUTES);
      accepted[at] = 0;
      rejected[at] = 0;
    }
    minute = Math.max(minute, now);
    return Math.floorMod(now, MINUTES);
  }
}
