// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.ConfigException;
import io.energydongle.config.SecretForm;
import io.energydongle.config.Settings;
import io.energydongle.config.SettingsStore;
import io.energydongle.config.SettingsStore.NotSavedException;
import io.energydongle.mqtt.Commands;
import io.energydongle.mqtt.MergePatch;
import io.energydongle.update.Refusal;
import io.energydongle.update.UpdateJson;
import io.energydongle.update.Version;
import io.energydongle.web.Surroundings;
import io.energydongle.web.Surroundings.Action;
import io.energydongle.web.Surroundings.ActionFailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What commands from the broker reach: the same as the page, and nothing that it does not have. */
final class BrokerCommands implements Commands {

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(BrokerCommands.class);

  private final SettingsStore settings;
  private final Surroundings board;
  private final Instant startedAt;
  private final AtomicInteger logLevels = new AtomicInteger();

  BrokerCommands(SettingsStore settings, Surroundings board, Instant startedAt) {
    this.settings = settings;
    this.board = board;
    this.startedAt = startedAt;
  }

  @Override
  public ObjectNode info() {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    info.put("started_at", startedAt.toString());
    info.put("template", settings.current().modbus().template());
    board.modbus().address().ifPresent(address -> info.put("modbus", address));
    return info;
  }

  @Override
  public ObjectNode diag() {
    ObjectNode diag = JsonNodeFactory.instance.objectNode();
    diag.put("modbus_clients", board.modbus().clients().size());
    diag.put("telegrams", board.meter().counters().telegrams());
    diag.put(
        "rejected",
        board.meter().counters().rejected().values().stream().mapToLong(Long::longValue).sum());
    return diag;
  }

  @Override
  public void logLevel(String level, Duration time) throws RefusedException {
    Level chosen = Level.toLevel(level, null);
    if (chosen == null) {
      throw new RefusedException(
          "invalid", "The level must be one of error, warn, info, debug, is \"" + level + "\".");
    }
    Logger ours = (Logger) LoggerFactory.getLogger("io.energydongle");
    ours.setLevel(chosen);
    int number = logLevels.incrementAndGet();
    CompletableFuture.delayedExecutor(time.toSeconds(), TimeUnit.SECONDS)
        .execute(
            () -> {
              // A later command has a time of its own.
              if (logLevels.get() == number) {
                ours.setLevel(null);
              }
            });
    LOG.info("log level {} for {} s", chosen, time.toSeconds());
  }

  @Override
  public void reboot() throws RefusedException {
    act(Action.REBOOT);
  }

  @Override
  public void restart() throws RefusedException {
    act(Action.RESTART);
  }

  @Override
  public void factoryReset() throws RefusedException {
    act(Action.FACTORY_RESET);
  }

  @Override
  public void update(String url, String version) throws RefusedException {
    Optional<Version> expected = Version.parse(version);
    if (expected.isEmpty()) {
      throw new RefusedException(
          "malformed", "args.version must be a version such as 1.4.0, is \"" + version + "\"");
    }
    try {
      board.updates().fetch(url, expected);
    } catch (Refusal e) {
      throw new RefusedException(e.code(), e.sentence());
    }
  }

  @Override
  public ObjectNode updateState() {
    return UpdateJson.of(board.updates().status());
  }

  private void act(Action action) throws RefusedException {
    Optional<String> unavailable = board.unavailable(action);
    if (unavailable.isPresent()) {
      throw new RefusedException("not-available", unavailable.get());
    }
    try {
      board.act(action);
    } catch (ActionFailedException e) {
      throw new RefusedException("failed", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void config(JsonNode patch) throws RefusedException {
    ObjectNode now = settings.current().toJson(SecretForm.HIDDEN);
    Map<String, JsonNode> sections = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> section : patch.properties()) {
      if (!Settings.SECTIONS.contains(section.getKey())) {
        throw new RefusedException("invalid", section.getKey() + " is no section of the settings.");
      }
      sections.put(
          section.getKey(), MergePatch.apply(now.path(section.getKey()), section.getValue()));
    }
    try {
      settings.restore(sections);
    } catch (ConfigException e) {
      String all = e.problems().stream().map(Object::toString).collect(Collectors.joining("; "));
      throw new RefusedException("invalid", all);
    } catch (NotSavedException e) {
      throw new RefusedException("not-saved", String.valueOf(e.getMessage()));
    }
  }
}
