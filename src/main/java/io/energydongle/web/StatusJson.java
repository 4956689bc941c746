// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.status.MeterStatus;
import io.energydongle.status.MeterStatus.Condition;
import io.energydongle.web.Surroundings.Client;
import io.energydongle.web.Surroundings.Modbus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The state of everything, for {@code GET /status} and the page. */
final class StatusJson {

  private static final String NOT_ON_THIS_BOARD = "not part of this version yet";

  private StatusJson() {}

  static ObjectNode of(Surroundings surroundings, boolean admin, boolean passwordSet) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("version", surroundings.version());
    status.put("java", Runtime.version().toString());
    status.put("logged_in", admin);
    status.put("password_changed", passwordSet);
    meter(status.putObject("meter"), surroundings.meter());
    modbus(status.putObject("modbus"), surroundings.modbus());
    for (String part : List.of("network", "mqtt", "indicator", "update")) {
      status.putObject(part).put("available", false).put("reason", NOT_ON_THIS_BOARD);
    }
    status.putObject("clock").put("now", surroundings.now().toString());
    ArrayNode problems = status.putArray("problems");
    problemsOf(surroundings).forEach(problems::add);
    return status;
  }

  /** Everything wrong, as sentences with what to do. */
  static List<String> problemsOf(Surroundings surroundings) {
    List<String> problems = new ArrayList<>();
    MeterStatus meter = surroundings.meter();
    if (meter.condition() != Condition.RECEIVING && meter.condition() != Condition.SEARCHING) {
      problems.add("Meter: " + meter.sentence() + ".");
    }
    problems.addAll(meter.warnings());
    surroundings.modbus().fault().ifPresent(problems::add);
    problems.addAll(surroundings.problems());
    return problems;
  }

  private static void meter(ObjectNode node, MeterStatus meter) {
    node.put("condition", meter.condition().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    node.put("finding", meter.finding());
    node.put("advice", meter.advice());
    node.put("port", meter.port());
    node.put("line", meter.line());
    ArrayNode warnings = node.putArray("warnings");
    meter.warnings().forEach(warnings::add);
    ObjectNode counters = node.putObject("counters");
    counters.put("bytes", meter.counters().bytes());
    counters.put("telegrams", meter.counters().telegrams());
    counters.put("good_groups", meter.counters().goodGroups());
    counters.put("parity_errors", meter.counters().parityErrors());
    counters.put("unknown_objects", meter.counters().unknownObjects());
    ObjectNode rejected = counters.putObject("rejected");
    meter.counters().rejected().forEach(rejected::put);
  }

  private static void modbus(ObjectNode node, Modbus modbus) {
    modbus.address().ifPresent(address -> node.put("address", address));
    modbus.fault().ifPresent(fault -> node.put("fault", fault));
    ArrayNode clients = node.putArray("clients");
    for (Client client : modbus.clients()) {
      ObjectNode one = clients.addObject();
      one.put("address", client.address());
      one.put("connections", client.connections());
      one.put("requests", client.requests());
      one.put("refused", client.refused());
      client.secondsSinceRequest().ifPresent(s -> one.put("seconds_since_request", s));
      one.put("poll_ms", client.pollMillis());
      if (client.lastFirst() >= 0) {
        one.put("last_first", client.lastFirst());
        one.put("last_quantity", client.lastQuantity());
      }
    }
  }
}
