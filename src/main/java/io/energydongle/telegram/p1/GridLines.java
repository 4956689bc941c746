// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import io.energydongle.snapshot.GridConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Breaker, limits and disturbances of one telegram.
 *
 * <p>Source: {@code p1.md} section 3.
 */
final class GridLines {

  private static final int FAILURES_MAX = 10;
  private static final long SECONDS_UNKNOWN = Integer.MAX_VALUE;

  private final CosemLines lines;
  private final CosemValues values;
  private final P1Memory memory;

  GridLines(CosemLines lines, CosemValues values, P1Memory memory) {
    this.lines = lines;
    this.values = values;
    this.memory = memory;
  }

  GridConnection grid() {
    return new GridConnection(
        values.integer(CosemObject.BREAKER),
        limiter(),
        fuse(),
        values.integer(CosemObject.SHORT_FAILURES),
        values.integer(CosemObject.LONG_FAILURES),
        failureLog(),
        perPhase(CosemObject.SAGS_L1),
        perPhase(CosemObject.SWELLS_L1));
  }

  private Optional<GridConnection.Limiter> limiter() {
    int slot = CosemObject.LIMITER.slot();
    if (values.isEmpty(slot, 0) || isNoLimit(slot)) {
      return Optional.empty();
    }
    int from = lines.start(slot, 0);
    int to = lines.end(slot, 0);
    Optional<GridConnection.Limiter> limiter = limiter(from, to, Dimension.POWER, "W");
    if (limiter.isEmpty()) {
      limiter = limiter(from, to, Dimension.APPARENT_POWER, "VA");
    }
    return limiter.isEmpty() ? limiter(from, to, Dimension.CURRENT_THRESHOLD, "A") : limiter;
  }

  private Optional<GridConnection.Limiter> limiter(
      int from, int to, Dimension dimension, String unit) {
    boolean hasUnit = FixedPoint.find(lines.buffer(), from, to, '*') < to;
    long milli = FixedPoint.parse(lines.buffer(), from, to, dimension);
    return hasUnit && milli >= 0
        ? Optional.of(new GridConnection.Limiter(milli, unit))
        : Optional.empty();
  }

  private OptionalInt fuse() {
    int slot = CosemObject.FUSE.slot();
    return values.isEmpty(slot, 0) || isNoLimit(slot)
        ? OptionalInt.empty()
        : values.smallNumber(CosemObject.FUSE, Dimension.CURRENT_THRESHOLD);
  }

  /** All nines mean that there is no limit; some meters pad them with zeros: 0999.00. */
  private boolean isNoLimit(int slot) {
    byte[] in = lines.buffer();
    int at = lines.start(slot, 0);
    int to = FixedPoint.find(in, at, lines.end(slot, 0), '*');
    int point = FixedPoint.find(in, at, to, '.');
    while (at < point && in[at] == '0') {
      at++;
    }
    boolean decimals = all('9', point + 1, to) || all('0', point + 1, to);
    return point - at >= 2 && all('9', at, point) && decimals;
  }

  private boolean all(char wanted, int from, int to) {
    for (int at = from; at < to; at++) {
      if (lines.buffer()[at] != wanted) {
        return false;
      }
    }
    return true;
  }

  private List<GridConnection.Failure> failureLog() {
    int slot = CosemObject.FAILURE_LOG.slot();
    if (!lines.has(slot)) {
      return List.of();
    }
    byte[] in = lines.buffer();
    int from = lines.start(slot, 0);
    int to = lines.lastEnd(slot);
    List<GridConnection.Failure> known = memory.failureLog.recall(in, from, to);
    return known != null ? known : memory.failureLog.remember(in, from, to, readFailureLog());
  }

  private List<GridConnection.Failure> readFailureLog() {
    int slot = CosemObject.FAILURE_LOG.slot();
    List<GridConnection.Failure> log = new ArrayList<>(0);
    for (int n = 2; n + 1 < lines.count(slot) && log.size() < FAILURES_MAX; n += 2) {
      Optional<Instant> end = values.instant(slot, n);
      int from = lines.start(slot, n + 1);
      int to = FixedPoint.find(lines.buffer(), from, lines.end(slot, n + 1), '*');
      long seconds = FixedPoint.integer(lines.buffer(), from, to);
      boolean known = seconds >= 0 && seconds != SECONDS_UNKNOWN;
      OptionalLong duration = known ? OptionalLong.of(seconds) : OptionalLong.empty();
      log.add(new GridConnection.Failure(end, duration));
    }
    return List.copyOf(log);
  }

  private List<OptionalInt> perPhase(CosemObject ofL1) {
    if (!lines.has(ofL1)) {
      return List.of();
    }
    OptionalInt first = values.integer(ofL1);
    return lines.has(ofL1.ofPhase(2))
        ? List.of(first, values.integer(ofL1.ofPhase(2)), values.integer(ofL1.ofPhase(3)))
        : List.of(first);
  }
}
