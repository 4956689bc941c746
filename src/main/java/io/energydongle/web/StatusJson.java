// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.Settings;
import io.energydongle.config.SettingsStore;
import io.energydongle.status.ButtonStatus;
import io.energydongle.status.CopyStatus;
import io.energydongle.status.IndicatorStatus;
import io.energydongle.status.MeterStatus;
import io.energydongle.status.MeterStatus.Condition;
import io.energydongle.status.MqttStatus;
import io.energydongle.status.NetworkStatus;
import io.energydongle.update.UpdateJson;
import io.energydongle.web.Surroundings.Action;
import io.energydongle.web.Surroundings.Client;
import io.energydongle.web.Surroundings.Modbus;
import io.energydongle.web.Surroundings.Port;
import io.energydongle.web.Surroundings.Register;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The state of everything, for {@code GET /status} and the page. */
final class StatusJson {

  private final Surroundings surroundings;
  private final SettingsStore settings;
  private final Https https;

  StatusJson(Surroundings surroundings, SettingsStore settings, Https https) {
    this.surroundings = surroundings;
    this.settings = settings;
    this.https = https;
  }

  /**
   * The state as it is now.
   *
   * @param admin whether who asks has logged in.
   */
  ObjectNode of(boolean admin) {
    Settings now = settings.current();
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("version", surroundings.version());
    status.put("java", Runtime.version().toString());
    status.put("logged_in", admin);
    status.put("password_changed", now.access().passwordHash().isPresent());
    status.put("first_use", settings.isNew());
    https(status.putObject("https"), now);
    meter(status.putObject("meter"), surroundings.meter());
    if (now.meter().mainFuseAmpere() > 0) {
      status.withObject("meter").put("main_fuse_a", now.meter().mainFuseAmpere());
    }
    modbus(status.putObject("modbus"), surroundings.modbus(), now);
    indicator(status.putObject("indicator"), surroundings.indicator());
    button(status.putObject("button"), surroundings.button());
    copy(status.putObject("copy"), surroundings.copy());
    network(status.putObject("network"), surroundings.network());
    status.set("update", UpdateJson.of(surroundings.updates().status()));
    mqtt(status.putObject("mqtt"), surroundings.mqtt(), now);
    status
        .putObject("clock")
        .put("now", surroundings.now().toString())
        .put("state", surroundings.clockState().code());
    ObjectNode actions = status.putObject("actions");
    for (Action action : Action.values()) {
      Optional<String> reason = surroundings.unavailable(action);
      ObjectNode one = actions.putObject(action.code()).put("available", reason.isEmpty());
      reason.ifPresent(sentence -> one.put("reason", sentence));
    }
    ArrayNode problems = status.putArray("problems");
    problems().forEach(problems::add);
    return status;
  }

  /** Everything wrong, as sentences with what to do. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    MeterStatus meter = surroundings.meter();
    if (meter.condition() != Condition.RECEIVING && meter.condition() != Condition.SEARCHING) {
      problems.add("Meter: " + meter.sentence() + ".");
    }
    problems.addAll(meter.warnings());
    surroundings.network().fault().ifPresent(problems::add);
    surroundings.modbus().fault().ifPresent(problems::add);
    surroundings.modbus().ports().forEach(port -> port.fault().ifPresent(problems::add));
    https.fault().ifPresent(problems::add);
    MqttStatus mqtt = surroundings.mqtt();
    if (mqtt.state() == MqttStatus.State.BACKOFF) {
      problems.add("MQTT: " + mqtt.sentence() + (mqtt.sentence().endsWith(".") ? "" : "."));
    }
    problems.addAll(mqtt.warnings());
    CopyStatus copy = surroundings.copy();
    copy.serial().flatMap(CopyStatus.Serial::fault).ifPresent(problems::add);
    copy.tcp().flatMap(CopyStatus.Tcp::fault).ifPresent(problems::add);
    problems.addAll(surroundings.problems());
    return problems;
  }

  private void https(ObjectNode node, Settings now) {
    Optional<Integer> port = https.port();
    node.put("available", port.isPresent());
    node.put("mode", now.access().https().code());
    port.ifPresentOrElse(
        number -> node.put("port", number),
        () ->
            node.put(
                "reason",
                https.isPossible()
                    ? https.fault().orElse("HTTPS is switched off in the settings.")
                    : "HTTPS is switched off in the board file."));
  }

  private static void indicator(ObjectNode node, IndicatorStatus indicator) {
    node.put("available", indicator.fault().isEmpty());
    node.put("state", indicator.state());
    node.put("colours", indicator.colours());
    indicator.fault().ifPresent(sentence -> node.put("reason", sentence));
  }

  private static void button(ObjectNode node, ButtonStatus button) {
    node.put("available", button.fault().isEmpty());
    node.put("presses", button.presses());
    button.fault().ifPresent(sentence -> node.put("reason", sentence));
  }

  private static void network(ObjectNode node, NetworkStatus network) {
    node.put("available", network.uncontrolled().isEmpty());
    network.uncontrolled().ifPresent(sentence -> node.put("reason", sentence));
    node.put("mode", network.mode());
    node.put("state", network.state().code());
    node.put("connected", network.state() == NetworkStatus.State.UP);
    network.link().ifPresent(link -> link(node, link));
    ObjectNode accessPoint = node.putObject("access_point");
    accessPoint.put("on", network.accessPoint().isPresent());
    network
        .accessPoint()
        .ifPresent(own -> accessPoint.put("ssid", own.ssid()).put("address", own.address()));
    network.fault().ifPresent(sentence -> node.put("fault", sentence));
    network.localName().ifPresent(name -> node.put("mdns", name));
    network.trialSeconds().ifPresent(seconds -> node.put("trial_s", seconds));
  }

  private static void link(ObjectNode node, NetworkStatus.Link link) {
    node.put("interface", link.device()).put("carrier", link.carrier());
    link.address()
        .ifPresent(
            address -> {
              node.put("address", address).put("prefix_length", link.prefixLength());
              if (!link.source().isEmpty()) {
                node.put("source", link.source());
              }
            });
    if (!link.gateway().isEmpty()) {
      node.put("gateway", link.gateway());
    }
    ArrayNode dns = node.putArray("dns");
    link.dns().forEach(dns::add);
    link.wifi()
        .ifPresent(
            wifi -> node.put("ssid", wifi.ssid()).put("signal_percent", wifi.signalPercent()));
  }

  private static void copy(ObjectNode node, CopyStatus copy) {
    ObjectNode serial = node.putObject("serial").put("enabled", copy.serial().isPresent());
    copy.serial()
        .ifPresent(
            port -> {
              serial.put("port", port.port());
              port.fault().ifPresent(sentence -> serial.put("fault", sentence));
              serial.put("bytes", port.bytes());
              serial.put("lost_telegrams", port.lostTelegrams());
            });
    ObjectNode tcp = node.putObject("tcp").put("enabled", copy.tcp().isPresent());
    copy.tcp()
        .ifPresent(
            port -> {
              port.address().ifPresent(address -> tcp.put("address", address));
              port.fault().ifPresent(sentence -> tcp.put("fault", sentence));
              ArrayNode clients = tcp.putArray("clients");
              for (CopyStatus.Client client : port.clients()) {
                clients
                    .addObject()
                    .put("address", client.address())
                    .put("bytes", client.bytes())
                    .put("lost_telegrams", client.lostTelegrams());
              }
            });
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

  private static void mqtt(ObjectNode node, MqttStatus mqtt, Settings now) {
    node.put("available", true);
    node.put("enabled", now.mqtt().enabled());
    node.put("connected", mqtt.state() == MqttStatus.State.ONLINE);
    node.put("state", mqtt.state().code());
    if (!mqtt.code().isEmpty()) {
      node.put("code", mqtt.code());
    }
    node.put("reason", mqtt.sentence());
    node.put("url", now.mqtt().url());
    node.put("since", mqtt.since().toString());
    node.put("retry_s", mqtt.retrySeconds());
    ObjectNode counters = node.putObject("counters");
    counters.put("published", mqtt.counters().published());
    counters.put("dropped", mqtt.counters().dropped());
    counters.put("connects", mqtt.counters().connects());
    counters.put("failures", mqtt.counters().failures());
    counters.put("commands", mqtt.counters().commands());
    counters.put("backlog", mqtt.counters().backlog());
    counters.put("backlog_lost", mqtt.counters().backlogLost());
  }

  private static void modbus(ObjectNode node, Modbus modbus, Settings now) {
    node.put("enabled", now.outputs().modbus());
    node.put("template", now.modbus().template());
    modbus.address().ifPresent(address -> node.put("address", address));
    modbus.fault().ifPresent(fault -> node.put("fault", fault));
    ArrayNode ports = node.putArray("ports");
    for (Port port : modbus.ports()) {
      ObjectNode one = ports.addObject().put("port", port.port()).put("map", port.map());
      one.put("listens", port.listens());
      port.fault().ifPresent(fault -> one.put("fault", fault));
    }
    ArrayNode clients = node.putArray("clients");
    modbus.clients().forEach(client -> client(clients.addObject(), client));
  }

  private static void client(ObjectNode node, Client client) {
    node.put("address", client.address());
    node.put("connections", client.connections());
    node.put("requests", client.requests());
    node.put("refused", client.refused());
    node.put("violations", client.violations());
    node.put("poll_ms", client.pollMillis());
    ObjectNode exceptions = node.putObject("exceptions");
    client.exceptions().forEach((code, count) -> exceptions.put(code.toString(), count));
    client
        .last()
        .ifPresent(
            last -> {
              node.put("seconds_since_request", last.secondsAgo());
              node.put("last_function", last.function());
              node.put("last_unit", last.unit());
              node.put("last_first", last.first());
              node.put("last_quantity", last.quantity());
              registers(node.putArray("registers"), last.values());
            });
    ArrayNode advice = node.putArray("advice");
    client.advice().forEach(advice::add);
  }

  /** Values of a register map. */
  static void registers(ArrayNode list, List<Register> registers) {
    for (Register register : registers) {
      ObjectNode one = list.addObject();
      one.put("register", register.address());
      int at = register.quantity().lastIndexOf('_');
      String unit = at < 0 ? "" : unitName(register.quantity().substring(at + 1));
      one.put(
          "quantity", unit.isEmpty() ? register.quantity() : register.quantity().substring(0, at));
      one.put("unit", unit);
      register.value().ifPresent(value -> one.put("value", value));
      one.put("type", register.type()).put("scale", register.scale());
      words(one.putArray("words"), register.words());
      words(one.putArray("other_order"), register.otherOrder());
    }
  }

  private static void words(ArrayNode list, List<Integer> words) {
    words.forEach(word -> list.add(String.format(Locale.ROOT, "%04X", word)));
  }

  /** Empty for what ends a name without being a unit. */
  private static String unitName(String code) {
    return switch (code) {
      case "v" -> "V";
      case "a" -> "A";
      case "w" -> "W";
      case "wh" -> "Wh";
      case "var" -> "var";
      case "varh" -> "varh";
      case "m3" -> "m³";
      case "s" -> "s";
      case "ms" -> "ms";
      default -> "";
    };
  }
}
