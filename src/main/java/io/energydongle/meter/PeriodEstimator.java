// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.snapshot.MeterIdentity;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures the time between two telegrams of a meter: the median of the last gaps, so that neither
 * a lost telegram nor two in a burst bend it.
 */
final class PeriodEstimator {

  private static final int GAPS = 7;
  private static final int GAPS_MIN = 3;

  /** P1 sends at most once a second, and at least every ten seconds. */
  private static final long PERIOD_NANOS_MIN = 1_000_000_000L;

  private static final long PERIOD_NANOS_MAX = 60_000_000_000L;

  private final long[] gapNanos = new long[GAPS];
  private int gaps;
  private long lastNanos;
  private @Nullable MeterIdentity meter;

  /** Notes a telegram; the period once three gaps of this meter have been seen. */
  Optional<Duration> telegram(MeterIdentity sender, long nanos) {
    if (meter == null || !meter.sameMeter(sender)) {
      gaps = 0;
    } else {
      gapNanos[gaps % GAPS] = nanos - lastNanos;
      gaps++;
    }
    meter = sender;
    lastNanos = nanos;
    return gaps < GAPS_MIN ? Optional.empty() : Optional.of(Duration.ofNanos(medianNanos()));
  }

  private long medianNanos() {
    long[] sorted = Arrays.copyOf(gapNanos, Math.min(gaps, GAPS));
    Arrays.sort(sorted);
    long median = sorted[sorted.length / 2];
    return Math.max(PERIOD_NANOS_MIN, Math.min(PERIOD_NANOS_MAX, median));
  }
}
