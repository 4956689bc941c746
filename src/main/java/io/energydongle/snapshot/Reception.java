// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.time.Duration;
import java.time.Instant;

/**
 * When a telegram arrived and when the next one is due.
 *
 * @param receivedAt host wall clock when the last byte arrived, UTC; not the meter's own time.
 * @param receivedNanos {@link MonotonicClock} at the same moment; ages are counted from here.
 * @param period time between two telegrams of this meter, measured, or assumed from its kind before
 *     two have been seen; more than zero.
 */
public record Reception(Instant receivedAt, long receivedNanos, Duration period) {

  /** Nothing is called stale earlier than this, however fast the meter sends. */
  private static final Duration STALE_AT_LEAST = Duration.ofSeconds(5);

  /** Nothing is withheld from a charger earlier than this, however fast the meter sends. */
  private static final Duration WITHHELD_AT_LEAST = Duration.ofSeconds(10);

  /** A meter that sends every 5 s or slower is of the ten-second kind (DSMR 4.2 and before). */
  private static final Duration SLOW_METER_PERIOD = Duration.ofSeconds(5);

  private static final Duration WITHHELD_SLOW_METER = Duration.ofSeconds(60);

  public Reception {
    if (period.isZero() || period.isNegative()) {
      throw new IllegalArgumentException("period must be more than zero, is " + period);
    }
  }

  /** Age of the reading; never negative. */
  public Duration age(long nowNanos) {
    return Duration.ofNanos(Math.max(0, nowNanos - receivedNanos));
  }

  /**
   * Age from which people are told that the reading is old: max(5 s, 3 periods).
   *
   * <p>Source: {@code p1.md} section 7, row "silence".
   */
  public Duration staleAfter() {
    return longer(STALE_AT_LEAST, period.multipliedBy(3));
  }

  /**
   * Age from which a charger must not be given the reading as a live one: max(10 s, 5 periods), and
   * 60 s for meters that send every ten seconds.
   *
   * <p>Source: {@code modbus.md} section 3, "Stale data".
   */
  public Duration withheldAfter() {
    Duration limit = longer(WITHHELD_AT_LEAST, period.multipliedBy(5));
    return period.compareTo(SLOW_METER_PERIOD) >= 0 ? longer(limit, WITHHELD_SLOW_METER) : limit;
  }

  /** True when the reading is older than {@link #staleAfter()}. */
  public boolean isStale(long nowNanos) {
    return age(nowNanos).compareTo(staleAfter()) > 0;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
