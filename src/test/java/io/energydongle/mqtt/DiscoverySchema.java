// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The documented form of a device discovery message, written down apart from the code that makes
 * one. Source: {@code platform.md} 1.4.
 */
final class DiscoverySchema {

  /** What a component of that class must say. */
  private record Row(Set<String> units, Set<String> stateClasses) {}

  private static final Map<String, Row> CLASSES =
      Map.of(
          "power", new Row(Set.of("W", "kW"), Set.of("measurement")),
          "voltage", new Row(Set.of("V"), Set.of("measurement")),
          "current", new Row(Set.of("A"), Set.of("measurement")),
          "energy", new Row(Set.of("Wh", "kWh"), Set.of("total_increasing")),
          "gas", new Row(Set.of("m³"), Set.of("total_increasing")),
          "water", new Row(Set.of("m³", "L"), Set.of("total_increasing")));

  private static final Set<String> TOP =
      Set.of("dev", "o", "cmps", "state_topic", "availability", "qos");
  private static final Set<String> DEVICE = Set.of("ids", "name", "mf", "mdl", "sw", "sn", "cu");
  private static final Set<String> COMPONENT =
      Set.of(
          "p",
          "unique_id",
          "name",
          "unit_of_measurement",
          "device_class",
          "state_class",
          "value_template",
          "expire_after",
          "entity_category",
          "state_topic");

  private DiscoverySchema() {}

  static List<String> problems(JsonNode message) {
    List<String> problems = new ArrayList<>();
    unknown(problems, "message", message, TOP);
    unknown(problems, "dev", message.path("dev"), DEVICE);
    if (message.path("dev").path("ids").size() == 0) {
      problems.add("dev.ids is empty");
    }
    if (message.path("o").path("name").asText().isEmpty()) {
      problems.add("o.name is missing");
    }
    JsonNode availability = message.path("availability").path(0);
    if (!availability.path("topic").asText().endsWith("/status")
        || !availability.path("value_template").asText().equals("{{ value_json.state }}")
        || !availability.path("payload_available").asText().equals("online")
        || !availability.path("payload_not_available").asText().equals("offline")) {
      problems.add("availability " + availability);
    }
    Set<String> ids = new TreeSet<>();
    message
        .path("cmps")
        .properties()
        .forEach(
            field -> {
              if (field.getValue().size() > 1) {
                component(problems, field.getKey(), field.getValue(), message);
                if (!ids.add(field.getValue().path("unique_id").asText())) {
                  problems.add("unique_id twice: " + field.getKey());
                }
              } else if (!field.getValue().has("p")) {
                problems.add(field.getKey() + " is removed without p");
              }
            });
    return problems;
  }

  private static void component(
      List<String> problems, String name, JsonNode component, JsonNode message) {
    unknown(problems, name, component, COMPONENT);
    String platform = component.path("p").asText();
    String kind = component.path("device_class").asText();
    if (component.path("unique_id").asText().isEmpty()
        || component.path("value_template").asText().isEmpty()
        || !(component.has("state_topic") || message.has("state_topic"))) {
      problems.add(name + " lacks unique_id, value_template or state_topic");
    }
    if (platform.equals("binary_sensor")) {
      if (!kind.equals("problem")) {
        problems.add(name + " is a binary_sensor of class " + kind);
      }
      return;
    }
    if (!platform.equals("sensor")) {
      problems.add(name + " has platform " + platform);
    }
    if (kind.isEmpty()) {
      if (!component.path("entity_category").asText().equals("diagnostic")) {
        problems.add(name + " is neither measured nor diagnostic");
      }
      return;
    }
    Row row = CLASSES.get(kind);
    if (row == null
        || !row.units().contains(component.path("unit_of_measurement").asText())
        || !row.stateClasses().contains(component.path("state_class").asText())) {
      problems.add(name + " has class, unit or state class that do not go together");
    }
    if (component.path("expire_after").asLong() < 60) {
      problems.add(name + " does not expire");
    }
  }

  private static void unknown(
      List<String> problems, String where, JsonNode node, Set<String> known) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                problems.add(where + " has the unknown key " + key);
              }
            });
  }
}
