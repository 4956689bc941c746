// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What a meter has put on the line: the last {@link SoakMeter#RESIDUES} telegrams. One thread
 * writes, any may read.
 */
final class Ledger {

  /** What the gateway can make of a telegram. */
  enum Fate {
    /** Nothing is wrong with it or before it: it has to arrive. */
    WHOLE,
    /** It may be taken or left. */
    MAYBE,
    /** It must never be served. */
    BROKEN
  }

  /**
   * A telegram.
   *
   * @param number from 0, one more each.
   * @param beginNanos before its first byte was written.
   * @param endNanos after its last one; {@code Long.MAX_VALUE} while it is being written.
   */
  record Sent(long number, long beginNanos, long endNanos, Fate fate) {}

  private final AtomicReferenceArray<@Nullable Sent> last =
      new AtomicReferenceArray<>(SoakMeter.RESIDUES);
  private volatile long newest = -1;

  /** A telegram is about to be written. */
  void begins(long number, long nanos, Fate fate) {
    put(new Sent(number, nanos, Long.MAX_VALUE, fate));
    newest = number;
  }

  /** The newest telegram was written. */
  void ended(long nanos, Fate fate) {
    Sent writing = of(newest);
    if (writing != null) {
      put(new Sent(writing.number, writing.beginNanos, nanos, fate));
    }
  }

  private void put(Sent sent) {
    last.set((int) (sent.number % SoakMeter.RESIDUES), sent);
  }

  /** Number of the newest telegram; -1 before the first. */
  long newest() {
    return newest;
  }

  /** That telegram; null when it was never sent, or too long ago. */
  @Nullable Sent of(long number) {
    Sent sent = number < 0 ? null : last.get((int) (number % SoakMeter.RESIDUES));
    return sent == null || sent.number != number ? null : sent;
  }

  /** The newest telegram whose number leaves that rest; null when there was none. */
  @Nullable Sent ofResidue(int residue) {
    return last.get(residue);
  }

  /** A whole telegram that was written between two moments, both included; null without one. */
  @Nullable Sent wholeBetween(long fromNanos, long toNanos) {
    for (long number = newest; number > newest - SoakMeter.RESIDUES; number--) {
      Sent sent = of(number);
      if (sent == null || (sent.endNanos != Long.MAX_VALUE && sent.endNanos - fromNanos < 0)) {
        return null;
      }
      boolean written = sent.endNanos != Long.MAX_VALUE && sent.endNanos - toNanos <= 0;
      if (written && sent.fate == Fate.WHOLE) {
        return sent;
      }
    }
    return null;
  }
}
