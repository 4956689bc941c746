// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.network.NetworkControl.Attempt;
import io.energydongle.network.NetworkControl.Outcome;
import io.energydongle.snapshot.MonotonicClock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One profile that is brought into use, again and again when it has to be; never two at a time. */
final class Bringing {

  private final NetworkControl control;
  private final MonotonicClock clock;
  private @Nullable Attempt attempt;
  private long nextNanos;

  Bringing(NetworkControl control, MonotonicClock clock) {
    this.control = control;
    this.clock = clock;
    nextNanos = clock.nanos();
  }

  /** Begins now, instead of what is under way. */
  void start(Profile profile, Duration patience, Duration pause) throws NetworkException {
    cancel();
    attempt = control.up(profile, patience);
    wait(pause);
  }

  /** Not again before this has passed. */
  void wait(Duration pause) {
    nextNanos = clock.nanos() + pause.toNanos();
  }

  /** True when nothing is under way and the pause is over. */
  boolean isDue() {
    return attempt == null && clock.nanos() - nextNanos >= 0;
  }

  boolean isRunning() {
    return attempt != null;
  }

  /** How it ended; told once. */
  Optional<Outcome> poll() {
    Attempt running = attempt;
    Optional<Outcome> outcome = running == null ? Optional.empty() : running.poll();
    if (outcome.isPresent()) {
      attempt = null;
    }
    return outcome;
  }

  void cancel() {
    if (attempt != null) {
      attempt.cancel();
      attempt = null;
    }
  }
}
