// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the user chose: {@code settings.json} in the state directory. A factory reset removes it.
 *
 * @param meter about the meter.
 * @param modbus about the Modbus server.
 * @param mqtt about MQTT.
 * @param network about the network.
 * @param access about who may see and change what.
 * @param time about the clock.
 * @param outputs which outputs are open, and to whom.
 * @param update about updates.
 * @param tokens what programs show to use the HTTP API.
 */
public record Settings(
    MeterSettings meter,
    ModbusSettings modbus,
    MqttSettings mqtt,
    NetworkSettings network,
    AccessSettings access,
    TimeSettings time,
    OutputSettings outputs,
    UpdateSettings update,
    List<ApiToken> tokens) {

  public Settings {
    tokens = List.copyOf(tokens);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

  /** Name of the file in the state directory. */
  public static final String FILE_NAME = "settings.json";

  /** Names of the sections. */
  public static final List<String> SECTIONS =
      List.of("meter", "modbus", "mqtt", "network", "access", "time", "outputs", "update");

  /** What a new device does. */
  public static final Settings DEFAULT =
      new Settings(
          MeterSettings.DEFAULT,
          ModbusSettings.DEFAULT,
          MqttSettings.DEFAULT,
          NetworkSettings.DEFAULT,
          AccessSettings.DEFAULT,
          TimeSettings.DEFAULT,
          OutputSettings.DEFAULT,
          UpdateSettings.DEFAULT,
          List.of());

  /** Edition of the file's form; raised when a key changes its name or meaning. */
  public static final int SCHEMA = 1;

  /**
   * Raised when keys or choices are added. A release that reads the file of a later edition,
   * because somebody went back to it, takes what it knows and leaves the rest.
   */
  static final int EDITION = 2;

  /**
   * Reads the settings of a state directory; without a file they are the defaults.
   *
   * @throws ConfigException with every problem of the file.
   */
  public static Settings load(Path stateDir) throws ConfigException {
    Path file = stateDir.resolve(FILE_NAME);
    return Files.exists(file) ? loadFile(file) : DEFAULT;
  }

  static Settings loadFile(Path file) throws ConfigException {
    List<ConfigProblem> problems = new ArrayList<>();
    JsonNode root = ConfigFile.json(file, problems);
    Settings settings = read(root, problems);
    if (!problems.isEmpty() && !isOfLaterRelease(root)) {
      throw new ConfigException(problems);
    }
    problems.forEach(problem -> LOG.warn("{} is of a later release: {}", file, problem));
    return settings;
  }

  private static boolean isOfLaterRelease(JsonNode root) {
    return root.path("schema").asInt() == SCHEMA && root.path("edition").asInt() > EDITION;
  }

  static Settings read(JsonNode root, List<ConfigProblem> problems) {
    Section all = new Section("", root, problems);
    all.number("schema", SCHEMA, 1, SCHEMA);
    all.number("edition", EDITION, 1, Integer.MAX_VALUE);
    Settings settings =
        new Settings(
            MeterSettings.read(all.section("meter")),
            ModbusSettings.read(all.section("modbus")),
            MqttSettings.read(all.section("mqtt")),
            NetworkSettings.read(all.section("network")),
            AccessSettings.read(all.section("access")),
            TimeSettings.read(all.section("time")),
            OutputSettings.read(all.section("outputs")),
            UpdateSettings.read(all.section("update")),
            ApiToken.readAll(all.list("tokens", ApiToken.TOKENS_MAX)));
    all.refuseUnknownKeys();
    return settings;
  }

  /** The same with other access settings. */
  public Settings withAccess(AccessSettings other) {
    return new Settings(meter, modbus, mqtt, network, other, time, outputs, update, tokens);
  }

  /** The same with other network settings. */
  public Settings withNetwork(NetworkSettings other) {
    return new Settings(meter, modbus, mqtt, other, access, time, outputs, update, tokens);
  }

  /** The same with other tokens. */
  public Settings withTokens(List<ApiToken> others) {
    return new Settings(meter, modbus, mqtt, network, access, time, outputs, update, others);
  }

  /** The whole as JSON, as it stands in the file; tokens are there in plain form only. */
  public ObjectNode toJson(SecretForm form) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schema", SCHEMA);
    root.put("edition", EDITION);
    meter.write(root.putObject("meter"), form);
    modbus.write(root.putObject("modbus"));
    mqtt.write(root.putObject("mqtt"), form);
    network.write(root.putObject("network"), form);
    access.write(root.putObject("access"), form);
    time.write(root.putObject("time"));
    outputs.write(root.putObject("outputs"));
    update.write(root.putObject("update"));
    if (form == SecretForm.PLAIN) {
      ArrayNode list = root.putArray("tokens");
      tokens.forEach(token -> token.write(list.addObject()));
    }
    return root;
  }
}
