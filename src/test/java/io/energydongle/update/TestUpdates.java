// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import io.energydongle.config.BoardConfig;
import io.energydongle.config.SettingsStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Updates of version 0.1.0 in a folder of a test, without the part that runs as root. */
public final class TestUpdates {

  final Path state;
  final Shelf shelf;
  final List<String> events = new CopyOnWriteArrayList<>();
  final Set<Part> working = EnumSet.allOf(Part.class);
  Instant now = Instant.parse("2026-11-23T12:00:00Z");
  Optional<String> unavailable = Optional.empty();
  private final SettingsStore settings;
  private Updater updater;

  /** Version 0.1.0 runs, and nothing was ever updated. */
  public TestUpdates(Path state, SettingsStore settings) {
    this.state = state;
    this.settings = settings;
    try {
      shelf = Shelf.with(Files.createTempDirectory(state, "opt"), "0.1.0");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    updater = restarted();
  }

  /** As after a restart of the gateway. */
  Updater restarted() {
    updater =
        new Updater(
            state,
            new Installation(Version.parse("0.1.0").orElseThrow(), 1, "linux", 17, false),
            TestRelease::keys,
            new BoardConfig.Update(shelf.dir, "linux", false, 10, 1),
            () -> settings.current().update(),
            new Gateway(),
            (code, sentence) -> events.add(code),
            new Moving(),
            System::nanoTime,
            new Random(1));
    return updater;
  }

  /** Updates of the running gateway. */
  public Updater updater() {
    return updater;
  }

  /** What root was asked for; empty for nothing. */
  public List<String> request() throws IOException {
    Path request = state.resolve("update/request");
    return Files.exists(request) ? Files.readAllLines(request) : new ArrayList<>();
  }

  private final class Gateway implements Updater.Host {
    @Override
    public Set<Part> working() {
      return working;
    }

    @Override
    public Set<Part> workingLately() {
      return working;
    }

    @Override
    public Optional<String> unavailable() {
      return unavailable;
    }

    @Override
    public void changed() {
      events.add("changed");
    }
  }

  private final class Moving extends Clock {
    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      throw new UnsupportedOperationException("UTC only");
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
