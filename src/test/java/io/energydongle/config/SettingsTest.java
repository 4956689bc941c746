// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.MeterSettings.CurrentSign;
import io.energydongle.config.MeterSettings.CurrentSource;
import io.energydongle.config.ModbusSettings.StalePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  private static final String KEY = "000102030405060708090A0B0C0D0E0F";

  @TempDir private Path dir;

  private Settings load(String json) throws IOException, ConfigException {
    Files.writeString(dir.resolve("settings.json"), json);
    return Settings.load(dir);
  }

  private List<String> problems(String json) throws IOException {
    try {
      load(json);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream().map(p -> p.toString().replace(dir + "/", "")).toList();
    }
  }

  @Test
  void without_a_file_the_defaults_hold() throws ConfigException {
    assertThat(Settings.load(dir)).isEqualTo(Settings.DEFAULT);
    assertThat(Settings.DEFAULT.modbus())
        .isEqualTo(new ModbusSettings("empro", 1, StalePolicy.EXCEPTION, 0));
    assertThat(Settings.DEFAULT.meter().electricity())
        .isEqualTo(new MeterSettings.Electricity(1, false, CurrentSource.METER, CurrentSign.NONE));
    assertThat(Settings.DEFAULT.meter().ignoreChecksum()).isFalse();
  }

  @Test
  void an_empty_object_gives_the_defaults() throws Exception {
    assertThat(load("{}")).isEqualTo(Settings.DEFAULT);
    assertThat(load("{\"meter\":{},\"modbus\":{}}")).isEqualTo(Settings.DEFAULT);
  }

  @Test
  void every_key_can_be_set() throws Exception {
    Settings settings =
        load(
            """
            {"meter":{"checksum":"ignore","multiplier":60,"derive_current":true,
              "current_source":"refined","current_sign":"by-phase-power",
              "gas_channel":1,"water_channel":2,"heat_channel":3,
              "decryption_key":"%s","authentication_key":"%s","system_title":"4544535449544C45"},
             "modbus":{"template":"empro-genuine","max_clients":8,"stale":"hold","stale_after_s":30}}
            """
                .formatted(KEY, KEY));
    assertThat(settings.modbus())
        .isEqualTo(new ModbusSettings("empro-genuine", 8, StalePolicy.HOLD, 30));
    assertThat(settings.meter().ignoreChecksum()).isTrue();
    assertThat(settings.meter().electricity())
        .isEqualTo(
            new MeterSettings.Electricity(
                60, true, CurrentSource.REFINED, CurrentSign.BY_PHASE_POWER));
    assertThat(settings.meter().channels()).isEqualTo(new MeterSettings.MbusChannels(1, 2, 3));
    assertThat(settings.meter().decryption().key()).hasValue(Secret.ofHex(KEY));
    assertThat(settings.meter().decryption().authenticationKey()).isEqualTo(Secret.ofHex(KEY));
    assertThat(settings.meter().decryption().systemTitle())
        .hasValue(Secret.ofHex("4544535449544C45"));
  }

  @Test
  void every_problem_is_reported_at_once() throws IOException {
    assertThat(
            problems(
                """
                {"meter":{"checksum":"maybe","multiplier":0,"derive_current":"yes",
                  "current_source":"sun","gas_channel":10,"decryption_key":"0102","gass":1},
                 "modbus":{"max_clients":9,"stale":"guess","stale_after_s":2},"color":1}
                """))
        .containsExactlyInAnyOrder(
            "meter.checksum: must be one of require, ignore, is \"maybe\"",
            "meter.multiplier: must be a whole number 1..10000, is 0",
            "meter.derive_current: must be true or false, is \"yes\"",
            "meter.current_source: must be one of meter, refined, is \"sun\"",
            "meter.gas_channel: must be a whole number 0..9, is 10",
            "meter.decryption_key: must be 32 hexadecimal digits, has 4 characters (not shown, it is"
                + " a secret)",
            "meter.gass: is not known here; known are checksum, multiplier, derive_current,"
                + " current_source, current_sign, gas_channel, water_channel, heat_channel,"
                + " decryption_key, authentication_key, system_title, tic_fine_current,"
                + " tic_phase_export, tic_historical_export, tic_nominal_v",
            "modbus.max_clients: must be a whole number 1..8, is 9",
            "modbus.stale: must be one of exception, hold, zero, is \"guess\"",
            "modbus.stale_after_s: must be 0 (automatic) or 5..3600, is 2",
            "color: is not known here; known are schema, meter, modbus, access");
  }

  @Test
  void a_secret_without_quotes_is_not_shown_either() throws Exception {
    assertThat(problems("{\"meter\":{\"decryption_key\":11223344556677889900112233445566}}"))
        .containsExactly(
            "meter.decryption_key: must be a text in quotes, is a number (not shown, it is a"
                + " secret)");
    assertThat(problems("{\"meter\":[\"11223344556677889900112233445566\"]}"))
        .containsExactly("meter: must be a section with keys, is a list");
  }

  @Test
  void text_behind_the_end_a_key_twice_and_an_empty_file_are_problems() throws Exception {
    assertThat(problems("{}}")).singleElement().asString().contains("is not valid JSON");
    assertThat(problems("{\"meter\":{},\"meter\":{}}"))
        .singleElement()
        .asString()
        .contains("is not valid JSON");
    assertThat(problems("")).singleElement().asString().contains("is empty");
    assertThat(problems("null")).singleElement().asString().contains("is empty");
  }

  @Test
  void no_problem_and_no_record_shows_a_secret() throws Exception {
    assertThat(problems("{\"meter\":{\"decryption_key\":\"" + KEY + "AB\"}}").toString())
        .doesNotContain(KEY);
    assertThat(problems("{\"meter\":{\"decryption_key\":" + KEY + "}}").toString())
        .contains("is not valid JSON at line 1")
        .doesNotContain(KEY);
    assertThat(problems("{\"meter\":{\"decryption_key\":\"" + KEY.replace('0', 'x') + "\"}}"))
        .allMatch(p -> !p.contains("x1x2"));
    assertThat(load("{\"meter\":{\"decryption_key\":\"" + KEY + "\"}}").toString())
        .contains("***")
        .doesNotContainIgnoringCase(KEY);
  }
}
