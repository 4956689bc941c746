// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.config.ConfigProblem;
import io.energydongle.config.ModbusSettings;
import io.energydongle.config.ModbusSettings.StalePolicy;
import io.energydongle.config.ModbusSettings.UnitMap;
import io.energydongle.config.Settings;
import io.energydongle.modbus.Installation;
import io.energydongle.modbus.RegisterTemplate;
import io.energydongle.modbus.ServedMaps.Choice;
import io.energydongle.modbus.ServedMaps.Served;
import io.energydongle.modbus.StaleRule;
import io.energydongle.modbus.TemplateShelf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns the names of register maps in the settings into maps. */
final class Maps {

  private final TemplateShelf shelf;
  private final String serial;

  /**
   * The maps of a device.
   *
   * @param serial its serial number, as far as it has one.
   */
  Maps(TemplateShelf shelf, String serial) {
    this.shelf = shelf;
    this.serial = serial;
  }

  TemplateShelf shelf() {
    return shelf;
  }

  /** Maps of the settings that do not exist. */
  static List<ConfigProblem> problems(TemplateShelf shelf, ModbusSettings settings) {
    List<ConfigProblem> problems = new ArrayList<>();
    if (shelf.find(settings.template()).isEmpty()) {
      problems.add(unknown(shelf, "modbus.template", settings.template()));
    }
    for (Map.Entry<String, Map<Integer, ModbusSettings.UnitMap>> named :
        Map.of("modbus.units", settings.units(), "modbus.ports", settings.ports()).entrySet()) {
      named
          .getValue()
          .forEach(
              (number, map) -> {
                if (shelf.find(map.template()).isEmpty()) {
                  problems.add(unknown(shelf, named.getKey(), map.template()));
                }
              });
    }
    return problems;
  }

  private static ConfigProblem unknown(TemplateShelf shelf, String key, String id) {
    return new ConfigProblem(
        key, "must be one of " + String.join(", ", shelf.ids()) + ", is \"" + id + "\"");
  }

  /** The map of all unit identifiers that have none of their own; the default one if it is gone. */
  RegisterTemplate everywhere(Settings settings) {
    return find(settings.modbus().template());
  }

  /** The map that a unit identifier sees. */
  RegisterTemplate of(Settings settings, int unit) {
    ModbusSettings.UnitMap own = settings.modbus().units().get(unit);
    return own == null ? everywhere(settings) : find(own.template());
  }

  RegisterTemplate find(String id) {
    return shelf
        .find(id)
        .orElseGet(() -> shelf.find(ModbusSettings.DEFAULT.template()).orElseThrow());
  }

  /** What belongs to the place where the device is. */
  Installation installation(Settings settings) {
    return new Installation(serial, settings.meter().mainFuseAmpere());
  }

  /** Everything that is served with these settings. */
  Choice choice(Settings settings) {
    ModbusSettings modbus = settings.modbus();
    Map<Integer, Served> byUnit = new HashMap<>();
    modbus
        .units()
        .forEach(
            (unit, map) -> {
              RegisterTemplate template = find(map.template());
              byUnit.put(unit, new Served(template, rule(template, map, modbus.stale())));
            });
    RegisterTemplate template = everywhere(settings);
    return new Choice(
        new Served(template, template.stale().orElseGet(() -> new StaleRule(modbus.stale(), 0))),
        byUnit,
        limit(modbus),
        installation(settings));
  }

  /** What is served on a further port. */
  Choice choice(Settings settings, UnitMap map) {
    ModbusSettings modbus = settings.modbus();
    RegisterTemplate template = find(map.template());
    return new Choice(
        new Served(template, rule(template, map, modbus.stale())),
        Map.of(),
        limit(modbus),
        installation(settings));
  }

  private static Optional<Duration> limit(ModbusSettings modbus) {
    return modbus.staleAfterSeconds() == 0
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(modbus.staleAfterSeconds()));
  }

  /** What was chosen for the unit, else what the map says of itself, else what holds for all. */
  private static StaleRule rule(RegisterTemplate template, UnitMap map, StalePolicy otherwise) {
    return map.stale()
        .map(
            policy ->
                new StaleRule(policy, policy == StalePolicy.HOLD ? holdSeconds(template, map) : 0))
        .or(template::stale)
        .orElseGet(() -> new StaleRule(otherwise, 0));
  }

  /** Whoever asks to hold has not asked to hold longer than the map allows; 0: for ever. */
  private static int holdSeconds(RegisterTemplate template, UnitMap map) {
    int allowed =
        template
            .stale()
            .filter(rule -> rule.policy() == StalePolicy.HOLD)
            .map(StaleRule::holdSeconds)
            .orElse(0);
    int asked = map.holdSeconds();
    return asked == 0 || allowed == 0 ? Math.max(asked, allowed) : Math.min(asked, allowed);
  }
}
