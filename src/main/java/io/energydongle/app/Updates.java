// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.config.BoardConfig;
import io.energydongle.config.SettingsStore;
import io.energydongle.modbus.ModbusServer;
import io.energydongle.mqtt.MqttPublisher;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.snapshot.SnapshotStore;
import io.energydongle.status.MqttStatus;
import io.energydongle.update.Part;
import io.energydongle.update.ReleaseShelf;
import io.energydongle.update.Updater;
import io.energydongle.web.WebServer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What updates see of the rest of the gateway. */
final class Updates implements Updater.Host {

  private static final Duration LATELY = Duration.ofHours(1);

  private final BoardConfig board;
  private final ReleaseShelf shelf;
  private final SettingsStore settings;
  private final SnapshotStore store;
  private final ModbusServer modbus;
  private final Supplier<WebServer> web;
  private final Supplier<MqttPublisher> mqtt;
  private final MonotonicClock monotonic;

  Updates(
      BoardConfig board,
      SettingsStore settings,
      SnapshotStore store,
      ModbusServer modbus,
      Supplier<WebServer> web,
      Supplier<MqttPublisher> mqtt,
      MonotonicClock monotonic) {
    this.board = board;
    this.settings = settings;
    this.store = store;
    this.modbus = modbus;
    this.web = web;
    this.mqtt = mqtt;
    this.monotonic = monotonic;
    shelf = new ReleaseShelf(board.update().dir());
  }

  @Override
  public Set<Part> working() {
    Set<Part> working = EnumSet.noneOf(Part.class);
    if (settings.isRead()) {
      working.add(Part.SETTINGS);
    }
    if (store.newest().filter(n -> !n.reception().isStale(monotonic.nanos())).isPresent()) {
      working.add(Part.METER);
    }
    if (!settings.current().outputs().modbus() || modbus.status().address().isPresent()) {
      working.add(Part.MODBUS);
    }
    if (board.http().port() == 0 || web.get().port() > 0) {
      working.add(Part.PAGE);
    }
    if (mqtt.get().status().state() == MqttStatus.State.ONLINE) {
      working.add(Part.BROKER);
    }
    return working;
  }

  @Override
  public Set<Part> workingLately() {
    Set<Part> working = working();
    long now = monotonic.nanos();
    if (store
        .newest()
        .filter(newest -> now - newest.reception().receivedNanos() < LATELY.toNanos())
        .isPresent()) {
      working.add(Part.METER);
    }
    return working;
  }

  @Override
  public Optional<String> unavailable() {
    return shelf.isInUse(Main.version())
        ? Optional.empty()
        : Optional.of(
            "It does not run from "
                + board.update().dir()
                + ", where the package puts it, so nothing can replace it.");
  }

  @Override
  public void changed() {
    mqtt.get().updateChanged();
  }
}
