// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static io.energydongle.web.WebServer.API;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.ConfigException;
import io.energydongle.config.NetworkSettings;
import io.energydongle.config.SettingsStore;
import io.energydongle.config.SettingsStore.NotSavedException;
import io.energydongle.status.WifiNetwork;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Looking for Wi-Fi networks, and trying network settings with a way back. */
final class NetworkRoutes {

  private final Guard guard;
  private final Bodies bodies;
  private final SettingsStore settings;
  private final Surroundings surroundings;
  private final Semaphore scanning = new Semaphore(1);

  NetworkRoutes(Guard guard, Bodies bodies, SettingsStore settings, Surroundings surroundings) {
    this.guard = guard;
    this.bodies = bodies;
    this.settings = settings;
    this.surroundings = surroundings;
  }

  void addTo(RoutesConfig routes) {
    routes.get(API + "/network/scan", this::scan);
    routes.post(API + "/network/test", this::test);
    routes.post(API + "/network/test/keep", this::keep);
  }

  private void scan(Context request) throws ApiException {
    guard.requireConfigOrFirstUse(request);
    requireControl();
    if (!scanning.tryAcquire()) {
      throw new ApiException(503, "busy", "Another search is running; wait some seconds.");
    }
    try {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ArrayNode list = root.putArray("networks");
      for (WifiNetwork each : surroundings.scanWifi()) {
        list.addObject()
            .put("ssid", each.ssid())
            .put("signal_percent", each.signalPercent())
            .put("security", each.security());
      }
      Answers.json(request, root);
    } finally {
      scanning.release();
    }
  }

  private void requireControl() throws ApiException {
    Optional<String> reason = surroundings.network().uncontrolled();
    if (reason.isPresent()) {
      throw new ApiException(501, "not-available", reason.get());
    }
  }

  private void test(Context request) throws ApiException, ConfigException {
    guard.requireConfig(request);
    requireControl();
    surroundings.tryNetwork(settings.tryOut(Map.of("network", bodies.read(request))).network());
    request.status(202);
  }

  private void keep(Context request) throws ApiException, NotSavedException {
    guard.requireConfig(request);
    Optional<NetworkSettings> trial = surroundings.networkTrial();
    if (trial.isEmpty()) {
      throw new ApiException(
          409, "no-trial", "No settings are on trial; the time for them may be over.");
    }
    settings.change(all -> all.withNetwork(trial.get()));
    request.status(204);
  }
}
