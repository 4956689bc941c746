// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.ModbusSettings;
import io.energydongle.config.ModbusSettings.StalePolicy;
import io.energydongle.config.ModbusSettings.UnitMap;
import io.energydongle.config.Settings;
import io.energydongle.modbus.StaleRule;
import io.energydongle.modbus.TemplateShelf;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rule for a silent meter: {@code docs/reference/modbus.md}. */
class MapsTest {

  private static final String FIVE_MINUTES =
      """
      id = "mine"
      title = "Mine"
      word_order = "high-first"
      stale = "hold"
      hold_s = 300
      windows = [{ from = 0, to = 9 }]
      points = [{ address = 0, quantity = "power_w", type = "f32" }]
      """;

  @TempDir Path dir;

  private StaleRule rule(String template, Optional<StalePolicy> own) throws Exception {
    return rule(template, own, 0);
  }

  private StaleRule rule(String template, Optional<StalePolicy> own, int hold) throws Exception {
    TemplateShelf shelf = new TemplateShelf(dir);
    shelf.put(FIVE_MINUTES);
    UnitMap map = new UnitMap(template, own, hold);
    return new Maps(shelf, "EDTEST23").choice(Settings.DEFAULT, map).everywhere().stale();
  }

  @Test
  void that_of_the_unit_comes_first_then_that_of_the_map_then_that_of_the_settings()
      throws Exception {
    assertThat(rule("mine", Optional.of(StalePolicy.ZERO)))
        .isEqualTo(new StaleRule(StalePolicy.ZERO, 0));
    assertThat(rule("mine", Optional.empty())).isEqualTo(new StaleRule(StalePolicy.HOLD, 300));
    assertThat(rule("empro", Optional.empty()))
        .isEqualTo(new StaleRule(ModbusSettings.DEFAULT.stale(), 0));
  }

  @Test
  void to_hold_never_lasts_longer_than_the_map_allows() throws Exception {
    assertThat(rule("mine", Optional.of(StalePolicy.HOLD)))
        .isEqualTo(new StaleRule(StalePolicy.HOLD, 300));
    assertThat(rule("empro", Optional.of(StalePolicy.HOLD)))
        .isEqualTo(new StaleRule(StalePolicy.HOLD, 0));
    assertThat(rule("empro", Optional.of(StalePolicy.HOLD), 60))
        .isEqualTo(new StaleRule(StalePolicy.HOLD, 60));
    assertThat(rule("mine", Optional.of(StalePolicy.HOLD), 60))
        .isEqualTo(new StaleRule(StalePolicy.HOLD, 60));
    assertThat(rule("mine", Optional.of(StalePolicy.HOLD), 600))
        .isEqualTo(new StaleRule(StalePolicy.HOLD, 300));
  }
}
