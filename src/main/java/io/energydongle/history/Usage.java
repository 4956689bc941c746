// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How much a counter grew in one interval. Known only when the counter was read at both ends of it:
 * what accrued while nobody read is not put on the interval that happens to come next, nor is a
 * part of an interval passed off as the whole. The counters themselves bridge such gaps.
 */
final class Usage {

  /** 1 MW: more is no consumption but, for example, another transformer ratio in the settings. */
  private static final long POWER_MAX_WATT = 1_000_000;

  /** 100 m3 an hour, four times what the largest domestic gas meter can pass. */
  private static final long VOLUME_MAX_LITRE_PER_HOUR = 100_000;

  private final Resolution resolution;
  private final @Nullable HistoryRecord before;
  private final HistoryRecord now;

  /**
   * The usage of one record.
   *
   * @param before the record before it, however long ago; null when there is none.
   */
  Usage(Resolution resolution, @Nullable HistoryRecord before, HistoryRecord now) {
    this.resolution = resolution;
    this.before = before;
    this.now = now;
  }

  OptionalLong importWattHour() {
    return energy(HistoryRecord::importWattHour);
  }

  OptionalLong exportWattHour() {
    return energy(HistoryRecord::exportWattHour);
  }

  OptionalLong gasLitre() {
    return difference(HistoryRecord::gasLitre, VOLUME_MAX_LITRE_PER_HOUR);
  }

  OptionalLong waterLitre() {
    return difference(HistoryRecord::waterLitre, VOLUME_MAX_LITRE_PER_HOUR);
  }

  private OptionalLong energy(Function<HistoryRecord, OptionalLong> counter) {
    return before != null && before.series() == now.series()
        ? difference(counter, POWER_MAX_WATT * resolution.seconds() / 3600)
        : OptionalLong.empty();
  }

  private OptionalLong difference(Function<HistoryRecord, OptionalLong> counter, long most) {
    if (before == null || !bothEndsWereRead(before)) {
      return OptionalLong.empty();
    }
    OptionalLong first = counter.apply(before);
    OptionalLong last = counter.apply(now);
    if (first.isEmpty() || last.isEmpty()) {
      return OptionalLong.empty();
    }
    long difference = last.getAsLong() - first.getAsLong();
    return difference < 0 || difference > most ? OptionalLong.empty() : OptionalLong.of(difference);
  }

  private boolean bothEndsWereRead(HistoryRecord previous) {
    return previous.startSecond() + resolution.seconds() == now.startSecond()
        && previous.lagSeconds() <= resolution.lagMaxSeconds()
        && now.lagSeconds() <= resolution.lagMaxSeconds();
  }
}
