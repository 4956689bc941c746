// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a new release has proved itself: everything that has to work does so within the time it
 * has, and goes on doing so for a while.
 *
 * <p>Source: {@code platform.md} 1.7, point 5.
 */
final class Trial {

  /** What has come out. */
  enum Verdict {
    /** Not known yet. */
    OPEN,
    PROVED,
    FAILED
  }

  private final Set<Part> needed;
  private final Duration time;
  private final Duration steady;
  private final long beginNanos;
  private Set<Part> lacking;
  private long wellNanos;

  /**
   * A trial that begins now.
   *
   * @param before what worked with the release before.
   * @param time within which everything must work.
   * @param steady how long it must go on.
   */
  Trial(Set<Part> before, Duration time, Duration steady, long nowNanos) {
    needed = EnumSet.of(Part.SETTINGS, Part.MODBUS, Part.PAGE);
    needed.addAll(before);
    this.time = time;
    this.steady = steady;
    beginNanos = nowNanos;
    lacking = EnumSet.copyOf(needed);
  }

  /** Looks at what works now. */
  Verdict look(Set<Part> working, long nowNanos) {
    boolean well = lacking.isEmpty();
    lacking = EnumSet.copyOf(needed);
    lacking.removeAll(working);
    if (lacking.isEmpty()) {
      wellNanos = well ? wellNanos : nowNanos;
      return nowNanos - wellNanos >= steady.toNanos() ? Verdict.PROVED : Verdict.OPEN;
    }
    return nowNanos - beginNanos > time.toNanos() ? Verdict.FAILED : Verdict.OPEN;
  }

  /** What does not work, for people. */
  String reason() {
    return "After "
        + time.toSeconds()
        + " s: "
        + lacking.stream().map(Part::lack).collect(Collectors.joining(", "))
        + ".";
  }
}
