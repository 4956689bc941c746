// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.LineSetting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which line setting to listen with: the last good one first, each for long enough to hear
 * a whole telegram of the slowest meter. Stays where telegrams come from; a silent line is no
 * reason to leave the last good setting soon, bytes that are no telegram are.
 *
 * <p>Pure: time is given, nothing is opened here.
 *
 * <p>Source: {@code p1.md} section 1 "Auto-detection order".
 */
final class LineSearch {

  /** One period of the slowest meter plus a telegram. */
  static final Duration PATIENCE = Duration.ofSeconds(12);

  /** A cable that was pulled comes back at the speed it had. */
  static final Duration PATIENCE_SILENT_LAST_GOOD = Duration.ofSeconds(60);

  /** Bytes without a telegram for so long end a lock: three telegrams of the slowest meter. */
  static final Duration LOCK_LOST = Duration.ofSeconds(30);

  /** Bytes so soon behind a frame are its line end. */
  private static final Duration TAIL_OF_FRAME = Duration.ofSeconds(1);

  private final List<LineSetting> candidates;
  private int at;
  private boolean locked;
  private boolean lastGoodKnown;
  private long sinceNanos;

  /** True when bytes came that belong to no frame. */
  private boolean heard;

  /**
   * A search.
   *
   * @param candidates settings to try, in this order; one means that the user pinned it.
   * @param lastGood setting to begin with; empty when none is known.
   */
  LineSearch(List<LineSetting> candidates, Optional<LineSetting> lastGood, long nowNanos) {
    this.candidates = new ArrayList<>(candidates);
    lastGood
        .filter(candidates::contains)
        .ifPresent(
            line -> {
              this.candidates.remove(line);
              this.candidates.add(0, line);
              lastGoodKnown = true;
            });
    this.sinceNanos = nowNanos;
  }

  /** The setting to listen with. */
  LineSetting current() {
    return candidates.get(at);
  }

  /** A frame came: this setting is right. It is tried first from now on. */
  void frame(long nowNanos) {
    LineSetting line = candidates.remove(at);
    candidates.add(0, line);
    at = 0;
    locked = true;
    lastGoodKnown = true;
    startAt(nowNanos);
  }

  /** The port was opened anew: whatever was heard before says nothing. */
  void reopened(long nowNanos) {
    startAt(nowNanos);
  }

  /** Bytes came. */
  void bytes(long nowNanos) {
    heard |= nowNanos - sinceNanos > TAIL_OF_FRAME.toNanos();
  }

  /** Whether it is time to listen with another setting, which is then {@link #current()}. */
  boolean moveOn(long nowNanos) {
    if (candidates.size() == 1 || nowNanos - sinceNanos < patience().toNanos()) {
      return false;
    }
    locked = false;
    at = (at + 1) % candidates.size();
    startAt(nowNanos);
    return true;
  }

  private void startAt(long nowNanos) {
    sinceNanos = nowNanos;
    heard = false;
  }

  private Duration patience() {
    if (at == 0 && lastGoodKnown && !heard) {
      return PATIENCE_SILENT_LAST_GOOD;
    }
    return locked ? LOCK_LOST : PATIENCE;
  }
}
