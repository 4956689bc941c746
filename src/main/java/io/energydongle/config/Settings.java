// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the user chose: {@code settings.json} in the state directory. A factory reset removes it.
 *
 * @param meter about the meter.
 * @param modbus about the Modbus server.
 */
public record Settings(MeterSettings meter, ModbusSettings modbus) {

  /** Name of the file in the state directory. */
  public static final String FILE_NAME = "settings.json";

  /** What a new device does. */
  public static final Settings DEFAULT =
      new Settings(MeterSettings.DEFAULT, ModbusSettings.DEFAULT);

  /**
   * Reads the settings of a state directory; without a file they are the defaults.
   *
   * @throws ConfigException with every problem of the file.
   */
  public static Settings load(Path stateDir) throws ConfigException {
    Path file = stateDir.resolve(FILE_NAME);
    if (!Files.exists(file)) {
      return DEFAULT;
    }
    List<ConfigProblem> problems = new ArrayList<>();
    JsonNode root = ConfigFile.json(file, problems);
    Section all = new Section("", root, problems);
    Settings settings =
        new Settings(
            MeterSettings.read(all.section("meter")), ModbusSettings.read(all.section("modbus")));
    all.refuseUnknownKeys();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return settings;
  }
}
