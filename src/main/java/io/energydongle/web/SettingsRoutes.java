// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static io.energydongle.web.WebServer.API;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.AccessSettings;
import io.energydongle.config.ConfigException;
import io.energydongle.config.SecretForm;
import io.energydongle.config.Settings;
import io.energydongle.config.SettingsStore;
import io.energydongle.config.SettingsStore.NotSavedException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** Sections of the settings: read, check, replace; all of them as a backup. */
final class SettingsRoutes {

  private static final String PRODUCT = "energy-dongle";
  private static final String SECTION = API + "/settings/{section}";
  private static final String PASSWORD_HASH = "password_hash";

  private final Guard guard;
  private final Bodies bodies;
  private final SettingsStore settings;
  private final Https https;
  private final Surroundings surroundings;
  private final Semaphore testing = new Semaphore(1);

  SettingsRoutes(
      Guard guard, Bodies bodies, SettingsStore settings, Https https, Surroundings surroundings) {
    this.guard = guard;
    this.bodies = bodies;
    this.settings = settings;
    this.https = https;
    this.surroundings = surroundings;
  }

  void addTo(RoutesConfig routes) {
    routes.get(SECTION, this::read);
    routes.put(SECTION, this::replace);
    routes.post(SECTION + "/check", this::check);
    routes.post(API + "/mqtt/test", this::testMqtt);
    routes.get(API + "/backup", this::backup);
    routes.put(API + "/backup", this::restore);
  }

  private void read(Context request) throws ApiException {
    guard.requireConfig(request);
    answer(request, section(request));
  }

  private void answer(Context request, String section) {
    Answers.json(request, settings.current().toJson(SecretForm.HIDDEN).path(section));
  }

  private void replace(Context request) throws ApiException, ConfigException, NotSavedException {
    String section = section(request);
    requireRightTo(request, section);
    ObjectNode body = bodies.read(request);
    refusePassword(section, body);
    refuseLockOut(settings.tryOut(Map.of(section, body)));
    settings.replace(section, body);
    answer(request, section);
  }

  private void check(Context request) throws ApiException, ConfigException {
    String section = section(request);
    requireRightTo(request, section);
    ObjectNode body = bodies.read(request);
    refusePassword(section, body);
    refuseLockOut(settings.tryOut(Map.of(section, body)));
    request.status(204);
  }

  /** Tries the section as it was sent, without saving it. */
  private void testMqtt(Context request) throws ApiException, ConfigException {
    guard.requireConfig(request);
    Settings tried = settings.tryOut(Map.of("mqtt", bodies.read(request)));
    if (tried.mqtt().url().isEmpty()) {
      throw Answers.invalid("mqtt.url", "must name the broker, such as mqtts://broker.example.com");
    }
    if (!testing.tryAcquire()) {
      throw new ApiException(503, "busy", "Another test is running; wait some seconds.");
    }
    try {
      String sentence = surroundings.testMqtt(tried.mqtt());
      Answers.json(request, JsonNodeFactory.instance.objectNode().put("sentence", sentence));
    } finally {
      testing.release();
    }
  }

  private void requireRightTo(Context request, String section) throws ApiException {
    if (section.equals("access")) {
      guard.requireAdmin(request);
    } else {
      guard.requireConfig(request);
    }
  }

  private static void refusePassword(String section, ObjectNode body) throws ApiException {
    if (section.equals("access") && body.path(PASSWORD_HASH).isTextual()) {
      throw Answers.invalid(
          "access." + PASSWORD_HASH, "A password is changed with PUT " + API + "/password.");
    }
  }

  /** HTTPS can only be made mandatory where it works. */
  private void refuseLockOut(Settings changed) throws ApiException {
    if (changed.access().https() != AccessSettings.Https.REQUIRED
        || settings.current().access().https() == AccessSettings.Https.REQUIRED) {
      return;
    }
    if (https.port().isEmpty()) {
      throw Answers.invalid(
          "access.https",
          "cannot be required before it works; choose optional first, and open the page over"
              + " https");
    }
  }

  private static String section(Context request) throws ApiException {
    String section = request.pathParam("section");
    if (!Settings.SECTIONS.contains(section)) {
      throw new ApiException(
          404,
          "unknown-section",
          "There is no such section; there are " + String.join(", ", Settings.SECTIONS) + ".");
    }
    return section;
  }

  private void backup(Context request) throws ApiException {
    guard.requireConfig(request);
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("product", PRODUCT).put("version", surroundings.version());
    root.put("made", surroundings.now().toString());
    root.set("settings", withoutSecrets());
    Answers.attachment(request, "application/json", "energy-dongle-settings.json");
    request.result(root.toPrettyString());
  }

  /** Not even a trace of secrets: what a backup leaves out stays as it is when restored. */
  private ObjectNode withoutSecrets() {
    ObjectNode all = settings.current().toJson(SecretForm.HIDDEN);
    all.forEach(
        section -> {
          if (section instanceof ObjectNode keys) {
            keys.properties().removeIf(key -> key.getValue().isObject());
          }
        });
    return all;
  }

  private void restore(Context request) throws ApiException, ConfigException, NotSavedException {
    guard.requireAdmin(request);
    ObjectNode body = bodies.read(request);
    if (!body.path("product").asText().equals(PRODUCT)
        || !(body.path("settings") instanceof ObjectNode given)) {
      throw new ApiException(
          422,
          "no-backup",
          "This is no backup of an energy-dongle; choose a file that its System page saved.");
    }
    if (given.path("schema").asInt(Settings.SCHEMA) > Settings.SCHEMA) {
      throw new ApiException(
          422,
          "newer-backup",
          "This backup was made by a newer version; update this device first.");
    }
    Map<String, JsonNode> sections = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      if (entry.getKey().equals("schema") || entry.getKey().equals("edition")) {
        continue;
      }
      if (!Settings.SECTIONS.contains(entry.getKey())) {
        throw Answers.invalid(entry.getKey(), "is no section of the settings");
      }
      if (entry.getValue() instanceof ObjectNode keys) {
        refusePassword(entry.getKey(), keys);
      }
      sections.put(entry.getKey(), entry.getValue());
    }
    refuseLockOut(settings.tryOut(sections));
    settings.restore(sections);
    request.status(204);
  }
}
