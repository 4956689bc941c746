// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.energydongle.config.SettingsStore;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that saves settings without end, each with the next number, and says each number once
 * it is saved. Made to be killed.
 */
public final class SettingsSaver {

  private SettingsSaver() {}

  /** Saves into the folder that is named until somebody ends the process. */
  public static void main(String[] args) throws Exception {
    SettingsStore settings = SettingsStore.open(Path.of(args[0]), s -> List.of());
    int number = settings.current().modbus().staleAfterSeconds();
    while (true) {
      number = number >= 3_600 ? 5 : Math.max(5, number + 1);
      settings.replace(
          "modbus", JsonNodeFactory.instance.objectNode().put("stale_after_s", number));
      System.out.println(number);
    }
  }
}
