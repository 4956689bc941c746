// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram;

import io.energydongle.frame.Rejection;
import io.energydongle.snapshot.MeterSnapshot;
import java.util.List;
import java.util.function.Function;

/** What became of one frame. A rejected frame leaves the served snapshot as it was. */
public sealed interface ParseResult {

  /**
   * A telegram that may be published.
   *
   * @param snapshot the reading; its sequence number is still 1.
   * @param dropped lines and values of it that could not be used, at most 16.
   */
  record Accepted(MeterSnapshot snapshot, List<Rejection> dropped) implements ParseResult {
    public Accepted {
      dropped = List.copyOf(dropped);
    }
  }

  /** A frame that must not reach any output. */
  record Rejected(Rejection rejection) implements ParseResult {}

  /** Forces the caller to handle both outcomes (Java 17 has no switch over sealed types). */
  default <T> T fold(Function<Accepted, T> onAccepted, Function<Rejected, T> onRejected) {
    return this instanceof Accepted a ? onAccepted.apply(a) : onRejected.apply((Rejected) this);
  }
}
