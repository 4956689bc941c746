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
    List<ApiToken> tokens) {

  public Settings {
    tokens = List.copyOf(tokens);
  }

  /** Name of the file in the state directory. */
  public static final String FILE_NAME = "settings.json";

  /** Names of the sections. */
  public static final List<String> SECTIONS =
      List.of("meter", "modbus", "mqtt", "network", "access", "time", "outputs");

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
          List.of());

  /** Edition of the file's form; raised when a key changes its name or meaning. */
  public static final int SCHEMA = 1;

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
    Settings settings = read(ConfigFile.json(file, problems), problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return settings;
  }

  static Settings read(JsonNode root, List<ConfigProblem> problems) {
    Section all = new Section("", root, problems);
    all.number("schema", SCHEMA, 1, SCHEMA);
    Settings settings =
        new Settings(
            MeterSettings.read(all.section("meter")),
            ModbusSettings.read(all.section("modbus")),
            MqttSettings.read(all.section("mqtt")),
            NetworkSettings.read(all.section("network")),
            AccessSettings.read(all.section("access")),
            TimeSettings.read(all.section("time")),
            OutputSettings.read(all.section("outputs")),
            ApiToken.readAll(all.list("tokens", ApiToken.TOKENS_MAX)));
    all.refuseUnknownKeys();
    return settings;
  }

  /** The same with other access settings. */
  public Settings withAccess(AccessSettings other) {
    return new Settings(meter, modbus, mqtt, network, other, time, outputs, tokens);
  }

  /** The same with other network settings. */
  public Settings withNetwork(NetworkSettings other) {
    return new Settings(meter, modbus, mqtt, other, access, time, outputs, tokens);
  }

  /** The same with other tokens. */
  public Settings withTokens(List<ApiToken> others) {
    return new Settings(meter, modbus, mqtt, network, access, time, outputs, others);
  }

  /** The whole as JSON, as it stands in the file; tokens are there in plain form only. */
  public ObjectNode toJson(SecretForm form) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schema", SCHEMA);
    meter.write(root.putObject("meter"), form);
    modbus.write(root.putObject("modbus"));
    mqtt.write(root.putObject("mqtt"), form);
    network.write(root.putObject("network"), form);
    access.write(root.putObject("access"), form);
    time.write(root.putObject("time"));
    outputs.write(root.putObject("outputs"));
    if (form == SecretForm.PLAIN) {
      ArrayNode list = root.putArray("tokens");
      tokens.forEach(token -> token.write(list.addObject()));
    }
    return root;
  }
}
