// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.config.ModbusSettings.UnitMap;
import io.energydongle.config.Settings;
import io.energydongle.modbus.ModbusServer;
import io.energydongle.modbus.ServedMaps;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.snapshot.SnapshotStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Modbus servers beside the one on the port of the board file, each with a map of its own. */
final class FurtherPorts {

  private static final Logger LOG = LoggerFactory.getLogger(FurtherPorts.class);

  /** One of them. */
  record Served(int port, UnitMap map, ServedMaps registers, ModbusServer server) {}

  private final String address;
  private final Maps maps;
  private final SnapshotStore store;
  private final MonotonicClock monotonic;
  private final Map<Integer, Served> servers = new TreeMap<>();
  private volatile List<Served> inForce = List.of();

  FurtherPorts(String address, Maps maps, SnapshotStore store, MonotonicClock monotonic) {
    this.address = address;
    this.maps = maps;
    this.store = store;
    this.monotonic = monotonic;
  }

  /** Serves what the settings say; what is served already goes on with its connections. */
  synchronized void use(Settings settings) {
    Map<Integer, UnitMap> wanted = settings.modbus().ports();
    for (Served served : List.copyOf(servers.values())) {
      if (!wanted.containsKey(served.port)) {
        served.server.stop();
        servers.remove(served.port);
      }
    }
    wanted.forEach((port, map) -> serve(port, map, settings));
    inForce = List.copyOf(servers.values());
  }

  private void serve(int port, UnitMap map, Settings settings) {
    Served known = servers.get(port);
    ServedMaps registers =
        known == null ? new ServedMaps(maps.choice(settings, map)) : known.registers;
    try {
      ModbusServer server =
          known == null
              ? new ModbusServer(
                  new InetSocketAddress(address, port),
                  settings.modbus().maxClients(),
                  registers,
                  monotonic)
              : known.server;
      if (known != null) {
        registers.use(maps.choice(settings, map));
        server.useMaxClients(settings.modbus().maxClients());
      }
      server.useOutputs(settings.outputs());
      servers.put(port, new Served(port, map, registers, server));
      if (known == null) {
        store.newest().ifPresent(registers::accept);
        Thread thread = new Thread(server, "modbus " + port);
        thread.setDaemon(true);
        thread.start();
        LOG.info("port {}: {}", port, map);
      }
    } catch (IOException e) {
      LOG.error("port {} cannot be served: {}", port, e.toString());
    }
  }

  /** Takes a telegram, on the thread of the reader. */
  void accept(MeterSnapshot snapshot) {
    for (Served served : inForce) {
      served.registers.accept(snapshot);
    }
  }

  /** What each of them is doing. */
  <T> List<T> each(Function<Served, T> what) {
    List<T> all = new ArrayList<>();
    inForce.forEach(served -> all.add(what.apply(served)));
    return all;
  }

  /** Closes every connection. */
  synchronized void stop() {
    servers.values().forEach(served -> served.server.stop());
    servers.clear();
    inForce = List.of();
  }
}
