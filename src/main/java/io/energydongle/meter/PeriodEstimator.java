// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.snapshot.MeterIdentity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Measures the time between two telegrams of a meter. Lost and damaged telegrams must not make it
 * longer, because old readings count as live for some periods: damaged ones count as arrived, the
 * shortest of the last gaps decides, and a period longer than expected is only believed when the
 * gaps agree.
 */
final class PeriodEstimator {

  private static final int GAPS = 7;
  private static final int GAPS_MIN = 3;

  /** P1 sends at most once a second; a shorter gap is two telegrams in one burst. */
  private static final long PERIOD_NANOS_MIN = 1_000_000_000L;

  /** The slowest meters send every ten seconds. */
  private static final long PERIOD_NANOS_MAX = 10_000_000_000L;

  private final long[] gapNanos = new long[GAPS];
  private int gaps;
  private long lastNanos;
  private @Nullable MeterIdentity meter;

  /** A telegram came that cannot be used. */
  void damaged(long nanos) {
    if (meter != null) {
      gap(nanos);
    }
  }

  /**
   * A telegram came.
   *
   * @param assumed period to expect of this kind of meter.
   * @return the period as far as it is known.
   */
  Duration telegram(MeterIdentity sender, Duration assumed, long nanos) {
    if (meter == null || !meter.sameMeter(sender)) {
      gaps = 0;
      lastNanos = nanos;
    } else {
      gap(nanos);
    }
    meter = sender;
    return gaps < GAPS_MIN ? assumed : measured(assumed);
  }

  private void gap(long nanos) {
    long gap = nanos - lastNanos;
    if (gap < PERIOD_NANOS_MIN / 2) {
      return;
    }
    gapNanos[gaps % GAPS] = gap;
    gaps++;
    lastNanos = nanos;
  }

  private Duration measured(Duration assumed) {
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (int i = 0; i < Math.min(gaps, GAPS); i++) {
      shortest = Math.min(shortest, gapNanos[i]);
      longest = Math.max(longest, gapNanos[i]);
    }
    boolean agree = longest < shortest + shortest / 4;
    if (shortest > assumed.toNanos() && !agree) {
      return assumed;
    }
    return Duration.ofNanos(Math.max(PERIOD_NANOS_MIN, Math.min(PERIOD_NANOS_MAX, shortest)));
  }
}
