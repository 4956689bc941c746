// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.mqtt.Commands.RefusedException;
import io.energydongle.snapshot.MonotonicClock;
import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the threads of the client library. One that it leaves behind cannot be ended, only the
 * program can. Source: {@code platform.md} 1.2.
 */
final class ThreadGuard {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadGuard.class);

  private static final int THREADS_MAX = 12;
  private static final Duration CROWDED_LIMIT = Duration.ofMinutes(5);

  private final Commands commands;
  private final MonotonicClock monotonic;
  private OptionalLong crowdedNanos = OptionalLong.empty();

  ThreadGuard(Commands commands, MonotonicClock monotonic) {
    this.commands = commands;
    this.monotonic = monotonic;
  }

  /** Restarts the program when there have been too many for minutes. */
  void check() {
    int threads = Connection.threads();
    long now = monotonic.nanos();
    if (threads <= THREADS_MAX) {
      crowdedNanos = OptionalLong.empty();
    } else if (crowdedNanos.isEmpty()) {
      // Those of the try before may still be on their way out.
      crowdedNanos = OptionalLong.of(now);
    } else if (now - crowdedNanos.getAsLong() > CROWDED_LIMIT.toNanos()) {
      LOG.error("{} threads of the MQTT client are alive; restarting the program", threads);
      try {
        commands.restart();
      } catch (RefusedException e) {
        LOG.error("the program cannot be restarted: {}", e.getMessage());
      }
    }
  }
}
