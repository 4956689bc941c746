// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.LineSetting;
import io.energydongle.meter.MeterPipeline.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which line setting to listen with: the last good one first, each for long enough to hear
 * a whole telegram of the slowest meter that uses it, but not longer than it takes to see that the
 * bytes cannot become one. Stays where telegrams come from; a silent line is no reason to leave the
 * last good setting soon, bytes that are no telegram are.
 *
 * <p>Pure: time is given, nothing is opened here.
 *
 * <p>Source: {@code p1.md} section 1 "Auto-detection order"; {@code tic.md} section 7.
 */
final class LineSearch {

  /** One period of the slowest meter plus a telegram: P1 at 115200 and 9600 baud. */
  static final Duration PATIENCE_P1 = Duration.ofSeconds(12);

  /** Only TIC speaks at 1200 baud, and without pauses. */
  static final Duration PATIENCE_TIC = Duration.ofSeconds(5);

  /** A cable that was pulled comes back at the speed it had. */
  static final Duration PATIENCE_SILENT_LAST_GOOD = Duration.ofSeconds(60);

  /** Bytes without a telegram for so long end a lock: three telegrams of the slowest P1 meter. */
  static final Duration LOCK_LOST_P1 = Duration.ofSeconds(30);

  /** Bytes without a good group for so long end a lock on TIC. */
  static final Duration LOCK_LOST_TIC = Duration.ofSeconds(15);

  /**
   * Bytes without a pause for so long hold several groups of TIC at the right speed; P1 makes
   * pauses.
   */
  static final Duration UNBROKEN_MAX = Duration.ofSeconds(3);

  /** Longer than any gap inside a telegram or between two frames of TIC. */
  private static final Duration PAUSE = Duration.ofMillis(400);

  /** Bytes so soon behind a frame are its line end. */
  private static final Duration TAIL_OF_FRAME = Duration.ofSeconds(1);

  /** So many bytes 00h and 80h and no others are a slower line, read too fast. */
  private static final int BLANK_BYTES_MAX = 50;

  private final List<LineSetting> inOrder;
  private final List<LineSetting> candidates;
  private int at;
  private boolean locked;
  private boolean lockedOnTic;
  private boolean lastGoodKnown;
  private long sinceNanos;
  private long unbrokenSinceNanos;
  private long lastByteNanos;
  private int blankBytes;

  /** True when bytes came that belong to no frame. */
  private boolean heard;

  /**
   * A search.
   *
   * @param candidates settings to try, in this order; one means that the user pinned it.
   * @param lastGood setting to begin with; empty when none is known.
   */
  LineSearch(List<LineSetting> candidates, Optional<LineSetting> lastGood, long nowNanos) {
    this.inOrder = List.copyOf(candidates);
    this.candidates = new ArrayList<>(candidates);
    lastGood
        .filter(candidates::contains)
        .ifPresent(
            line -> {
              this.candidates.remove(line);
              this.candidates.add(0, line);
              lastGoodKnown = true;
            });
    startAt(nowNanos);
  }

  /** The setting to listen with. */
  LineSetting current() {
    return candidates.get(at);
  }

  /**
   * A telegram came, or a good group of TIC: this setting is right. It is tried first from now on,
   * and behind it the other speeds of the same kind of meter.
   */
  void understood(Kind kind, long nowNanos) {
    boolean tic = kind == Kind.TIC;
    if (!locked || lockedOnTic != tic || at != 0) {
      LineSetting line = current();
      candidates.clear();
      candidates.add(line);
      inOrder.stream()
          .filter(other -> !other.equals(line) && tic != (other == LineSetting.BAUD_115200))
          .forEach(candidates::add);
      inOrder.stream().filter(other -> !candidates.contains(other)).forEach(candidates::add);
      at = 0;
    }
    locked = true;
    lockedOnTic = tic;
    lastGoodKnown = true;
    startAt(nowNanos);
  }

  /** The port was opened anew: whatever was heard before says nothing. */
  void reopened(long nowNanos) {
    startAt(nowNanos);
  }

  /** Bytes came. */
  void bytes(byte[] buffer, int count, long nowNanos) {
    heard |= nowNanos - sinceNanos > TAIL_OF_FRAME.toNanos();
    if (nowNanos - lastByteNanos > PAUSE.toNanos()) {
      unbrokenSinceNanos = nowNanos;
    }
    lastByteNanos = nowNanos;
    for (int i = 0; i < count && blankBytes >= 0; i++) {
      blankBytes = (buffer[i] & 0x7F) == 0 ? blankBytes + 1 : -1;
    }
  }

  /** Whether it is time to listen with another setting, which is then {@link #current()}. */
  boolean moveOn(long nowNanos) {
    if (candidates.size() == 1 || !(hopeless(nowNanos) || impatient(nowNanos))) {
      return false;
    }
    locked = false;
    at = (at + 1) % candidates.size();
    startAt(nowNanos);
    return true;
  }

  /**
   * True when the only setting there is has given nothing for too long: what kind of meter it was
   * counts no more.
   */
  boolean lockEnded(long nowNanos) {
    if (candidates.size() > 1 || !locked || !impatient(nowNanos)) {
      return false;
    }
    locked = false;
    startAt(nowNanos);
    return true;
  }

  private void startAt(long nowNanos) {
    sinceNanos = nowNanos;
    unbrokenSinceNanos = nowNanos;
    lastByteNanos = nowNanos - PAUSE.toNanos() - 1;
    blankBytes = 0;
    heard = false;
  }

  /** The bytes show that this setting is wrong. */
  private boolean hopeless(long nowNanos) {
    boolean unbroken =
        nowNanos - lastByteNanos <= PAUSE.toNanos()
            && nowNanos - unbrokenSinceNanos > UNBROKEN_MAX.toNanos();
    return !locked && (blankBytes >= BLANK_BYTES_MAX || unbroken);
  }

  private boolean impatient(long nowNanos) {
    return nowNanos - sinceNanos >= patience().toNanos();
  }

  private Duration patience() {
    if (at == 0 && lastGoodKnown && !heard) {
      return PATIENCE_SILENT_LAST_GOOD;
    }
    if (locked) {
      return lockedOnTic ? LOCK_LOST_TIC : LOCK_LOST_P1;
    }
    return current() == LineSetting.BAUD_1200 ? PATIENCE_TIC : PATIENCE_P1;
  }
}
