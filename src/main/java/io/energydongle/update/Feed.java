// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import io.energydongle.config.UpdateSettings;
import io.energydongle.snapshot.MonotonicClock;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where devices look for releases by themselves: what it offers, and when to ask and to install.
 */
final class Feed {

  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  private static final Duration PERIOD = Duration.ofDays(1);

  /** So that a fleet which came back from a power cut does not ask all at once. */
  private static final Duration FIRST_MAX = Duration.ofHours(1);

  private final Supplier<UpdateKeys> keys;
  private final Installation installation;
  private final UpdateMemory memory;
  private final Clock clock;
  private final MonotonicClock monotonic;
  private final double spread;
  private final long firstNanos;

  /**
   * A feed.
   *
   * @param spread where this device stands among those of a fleet, 0 to 1.
   */
  Feed(
      Supplier<UpdateKeys> keys,
      Installation installation,
      UpdateMemory memory,
      Clock clock,
      MonotonicClock monotonic,
      double spread) {
    this.keys = keys;
    this.installation = installation;
    this.memory = memory;
    this.clock = clock;
    this.monotonic = monotonic;
    this.spread = spread;
    firstNanos = monotonic.nanos() + (long) (spread * FIRST_MAX.toNanos());
  }

  /** The newer version that it offered when it was asked last. */
  Optional<Version> offered() {
    return memory
        .available()
        .flatMap(Version::parse)
        .filter(version -> version.compareTo(installation.version()) > 0);
  }

  /**
   * Asks it.
   *
   * @return a version that it did not offer before.
   * @throws Refusal when it cannot be asked, or offers what may not be installed here.
   */
  Optional<Version> ask(URI address) throws Refusal {
    Optional<Version> before = offered();
    Optional<Version> now = Optional.empty();
    try (InputStream in = new Paced(Fetch.open(address).stream(), monotonic)) {
      now = admitted(ReleaseHead.read(in, keys.get()).manifest());
    } catch (IOException e) {
      throw Fetch.failed(address, e.toString());
    } catch (Refusal e) {
      // Who could not be asked is asked again at the next turn.
      if (!e.code().equals("not-fetched")) {
        memory.checked(clock.instant(), Optional.empty());
      }
      throw e;
    }
    memory.checked(clock.instant(), now);
    return now.equals(before) ? Optional.empty() : now;
  }

  private Optional<Version> admitted(Manifest newest) throws Refusal {
    if (clock.instant().isBefore(newest.notBefore())) {
      LOG.debug("release {} is held back until {}", newest.version(), newest.notBefore());
      return Optional.empty();
    }
    if (newest.version().compareTo(installation.version()) <= 0) {
      return Optional.empty();
    }
    installation.admit(newest);
    return Optional.of(newest.version());
  }

  /** Once a day. */
  boolean isCheckDue() {
    Instant now = clock.instant();
    return monotonic.nanos() - firstNanos >= 0
        && memory
            .checkedAt()
            .filter(at -> Duration.between(at, now).abs().compareTo(PERIOD) < 0)
            .isEmpty();
  }

  /** Each device has its own moment in the quiet hours, so that a server is not overrun. */
  boolean isInstallDue(UpdateSettings settings) {
    LocalTime now = LocalTime.ofInstant(clock.instant(), ZoneId.systemDefault());
    double into = settings.hoursIntoQuiet(now);
    return settings.automatic()
        && into < settings.quietHours()
        && into >= spread * (settings.quietHours() - 0.5)
        && offered().filter(version -> !memory.hasFailed(version)).isPresent();
  }
}
