// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Watches counters that can only grow. A set that goes backwards, or grows faster than any
 * connection can, is doubted until three sets in a row agree; a new meter starts afresh.
 *
 * <p>Source: {@code p1.md} section 7, row "counters go backwards".
 */
final class CounterGuard {

  /** What to think of a set of counters. */
  enum Verdict {
    PLAUSIBLE,
    /** At least one is lower than before. */
    BACKWARDS,
    /** At least one grew too much. */
    JUMP
  }

  /** Counter that a telegram does not have. */
  static final long ABSENT = -1;

  private static final int AGREEING_SETS = 3;

  private final long growthAlwaysAllowed;
  private final long growthPerSecond;
  private @Nullable Object owner;
  private long[] trusted = {};
  private long trustedAtNanos;
  private long[] doubted = {};
  private int agreeing;

  /** A guard that only looks for counters that go backwards. */
  CounterGuard() {
    this(Long.MAX_VALUE, 0);
  }

  /**
   * A guard that also knows how fast a counter can grow.
   *
   * @param growthAlwaysAllowed growth between any two sets that is no jump.
   * @param growthPerSecond growth that is allowed on top for every second between them.
   */
  CounterGuard(long growthAlwaysAllowed, long growthPerSecond) {
    this.growthAlwaysAllowed = growthAlwaysAllowed;
    this.growthPerSecond = growthPerSecond;
  }

  /**
   * Judges the next set.
   *
   * @param newOwner identity of the meter; another one starts afresh.
   * @param counters always the same number of counters in the same order, {@link #ABSENT} or more.
   */
  Verdict judge(Object newOwner, long[] counters, long nowNanos) {
    if (!Objects.equals(owner, newOwner) || trusted.length != counters.length) {
      owner = newOwner;
      return trust(counters, nowNanos);
    }
    boolean backwards = anyLower(trusted, counters);
    if (!backwards && !jumps(counters, nowNanos)) {
      return trust(counters, nowNanos);
    }
    agreeing = doubted.length > 0 && !anyLower(doubted, counters) ? agreeing + 1 : 1;
    doubted = counters.clone();
    if (agreeing == AGREEING_SETS) {
      return trust(counters, nowNanos);
    }
    return backwards ? Verdict.BACKWARDS : Verdict.JUMP;
  }

  private Verdict trust(long[] counters, long nowNanos) {
    trusted = counters.clone();
    trustedAtNanos = nowNanos;
    doubted = new long[0];
    agreeing = 0;
    return Verdict.PLAUSIBLE;
  }

  private boolean jumps(long[] counters, long nowNanos) {
    if (growthAlwaysAllowed == Long.MAX_VALUE) {
      return false;
    }
    long seconds = Math.max(0, nowNanos - trustedAtNanos) / 1_000_000_000L;
    long allowed = growthAlwaysAllowed + growthPerSecond * seconds;
    for (int i = 0; i < counters.length; i++) {
      if (trusted[i] != ABSENT && counters[i] - trusted[i] > allowed) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyLower(long[] before, long[] now) {
    for (int i = 0; i < now.length; i++) {
      if (now[i] != ABSENT && before[i] != ABSENT && now[i] < before[i]) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "CounterGuard" + Arrays.toString(trusted);
  }
}
