// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What is wrong with the surroundings of a gateway at the moment, and what it may therefore not be
 * blamed for. Thread safe; moments are those of {@link System#nanoTime()}.
 */
final class Trouble {

  /** What a gateway cannot give meanwhile. */
  enum Loss {
    /** Values: there is no process, no line, or no time for it. */
    VALUES,
    /** New connections. */
    NEWCOMERS,
    /** The broker. */
    BROKER,
    /** Nothing, but its memory and descriptors say nothing. */
    CALM
  }

  private record Pause(long endNanos, long nanos) {}

  private record Limit(long untilNanos, Duration limit) {}

  private static final Duration PAUSE_MATTERS = Duration.ofSeconds(10);
  private static final Duration REMEMBERED = Duration.ofSeconds(70);

  private final Map<Loss, Integer> active = new EnumMap<>(Loss.class);
  private final Map<Loss, Long> overNanos = new EnumMap<>(Loss.class);
  private final long startNanos = System.nanoTime();
  private final Deque<Pause> pauses = new ArrayDeque<>();
  private final Deque<Limit> limits = new ArrayDeque<>();
  private Duration limit;

  Trouble(Duration limit) {
    this.limit = limit;
  }

  /** Begins, until {@link #over}. */
  synchronized void begins(Set<Loss> losses) {
    losses.forEach(loss -> active.merge(loss, 1, Integer::sum));
  }

  /** Is over, and everything is well again from that moment on. */
  synchronized void over(Set<Loss> losses) {
    for (Loss loss : losses) {
      active.merge(loss, -1, Integer::sum);
      overNanos.put(loss, System.nanoTime());
    }
  }

  /** True when there is none of that, and was none since that moment. */
  synchronized boolean noneSince(Loss loss, long nanos) {
    return active.getOrDefault(loss, 0) == 0
        && overNanos.getOrDefault(loss, startNanos) - nanos < 0;
  }

  /** True when memory, threads and descriptors are those of every day. */
  synchronized boolean calm() {
    return active.getOrDefault(Loss.CALM, 0) == 0;
  }

  /** The process did not run for so long, and cannot know of it. */
  synchronized void paused(long nanos) {
    pauses.add(new Pause(System.nanoTime(), nanos));
  }

  /** How long it did not run in the time that still matters, as telegrams are refused later. */
  synchronized Duration pauses() {
    long since = System.nanoTime() - mostLimit().plus(PAUSE_MATTERS).toNanos();
    pauses.removeIf(pause -> pause.endNanos - since < 0);
    return Duration.ofNanos(pauses.stream().mapToLong(Pause::nanos).sum());
  }

  /** Another limit of age may be in force from now on; the one before still may be for a while. */
  synchronized void limit(Duration changed) {
    limits.add(new Limit(System.nanoTime() + REMEMBERED.toNanos(), limit));
    limit = changed;
  }

  /** Age from which values may be refused. */
  synchronized Duration leastLimit() {
    forget();
    return limits.stream().map(Limit::limit).reduce(limit, (a, b) -> a.compareTo(b) < 0 ? a : b);
  }

  /** Age beyond which values must be refused. */
  synchronized Duration mostLimit() {
    forget();
    return limits.stream().map(Limit::limit).reduce(limit, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  private void forget() {
    limits.removeIf(old -> old.untilNanos - System.nanoTime() < 0);
  }
}
