// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.JsonNode;
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
 * @param access about who may see and change what.
 */
public record Settings(MeterSettings meter, ModbusSettings modbus, AccessSettings access) {

  /** Name of the file in the state directory. */
  public static final String FILE_NAME = "settings.json";

  /** Names of the sections. */
  public static final List<String> SECTIONS = List.of("meter", "modbus", "access");

  /** What a new device does. */
  public static final Settings DEFAULT =
      new Settings(MeterSettings.DEFAULT, ModbusSettings.DEFAULT, AccessSettings.DEFAULT);

  /** Edition of the file's form; raised when a key changes its name or meaning. */
  private static final int SCHEMA = 1;

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
            AccessSettings.read(all.section("access")));
    all.refuseUnknownKeys();
    return settings;
  }

  /** The whole as JSON, as it stands in the file. */
  public ObjectNode toJson(SecretForm form) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schema", SCHEMA);
    meter.write(root.putObject("meter"), form);
    modbus.write(root.putObject("modbus"));
    access.write(root.putObject("access"), form);
    return root;
  }
}
