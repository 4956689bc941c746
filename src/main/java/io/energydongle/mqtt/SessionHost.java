// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.ClockState;
import io.energydongle.status.MqttStatus;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What a session needs of its surroundings; the same for every session of a publisher. */
final class SessionHost {

  private final Commands commands;
  private final Supplier<ClockState> clockState;
  private final Clock clock;
  private final MonotonicClock monotonic;
  private final RandomGenerator random;
  private final Tally tally;
  private final Consumer<Runnable> work;

  /**
   * The surroundings of sessions.
   *
   * @param work takes what is to be run on the thread of the publisher.
   */
  SessionHost(
      Commands commands,
      Supplier<ClockState> clockState,
      Clock clock,
      MonotonicClock monotonic,
      RandomGenerator random,
      Tally tally,
      Consumer<Runnable> work) {
    this.commands = commands;
    this.clockState = clockState;
    this.clock = clock;
    this.monotonic = monotonic;
    this.random = random;
    this.tally = tally;
    this.work = work;
  }

  long nanos() {
    return monotonic.nanos();
  }

  /** Number of 0 up to {@code bound}. */
  long random(long bound) {
    return random.nextLong(bound);
  }

  /** An object that says when it was made, and what the clock was worth then. */
  ObjectNode dated() {
    return Payloads.dated(clock.instant(), clockState.get());
  }

  ClockState clock() {
    return clockState.get();
  }

  Commands commands() {
    return commands;
  }

  MqttStatus.Counters counters() {
    return tally.counters();
  }

  void published() {
    tally.published.incrementAndGet();
  }

  void dropped() {
    tally.dropped.incrementAndGet();
  }

  /** To be run on the thread of the publisher. */
  void later(Runnable later) {
    work.accept(later);
  }
}
