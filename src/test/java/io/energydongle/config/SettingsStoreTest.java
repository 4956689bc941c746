// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.config.SettingsStore.NotSavedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsStoreTest {

  private static final String KEY = "000102030405060708090a0b0c0d0e0f";

  @TempDir private Path dir;

  private SettingsStore open() {
    return SettingsStore.open(dir, settings -> List.of());
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void a_change_is_in_force_at_once_and_after_a_restart() throws Exception {
    SettingsStore store = open();
    List<Settings> heard = new ArrayList<>();
    store.addListener(heard::add);
    store.replace("modbus", json("{\"template\":\"empro-genuine\",\"max_clients\":3}"));
    assertThat(store.current().modbus().maxClients()).isEqualTo(3);
    assertThat(heard).containsExactly(store.current());
    assertThat(open().current()).isEqualTo(store.current());
  }

  @Test
  void every_value_survives_the_way_through_the_file() throws Exception {
    SettingsStore store = open();
    store.replace(
        "meter",
        json(
            """
            {"checksum":"ignore","multiplier":60,"derive_current":true,"current_source":"refined",
             "current_sign":"by-phase-power","gas_channel":1,"water_channel":2,"heat_channel":3,
             "decryption_key":"%s","authentication_key":"%s","system_title":"4544535449544C45",
             "tic_fine_current":false,"tic_phase_export":true,"tic_historical_export":true,
             "tic_nominal_v":240}
            """
                .formatted(KEY, KEY)));
    store.replace("modbus", json("{\"stale\":\"hold\",\"stale_after_s\":30,\"max_clients\":8}"));
    store.replace("access", json("{\"reading_open\":false}"));
    assertThat(open().current()).isEqualTo(store.current());
    assertThat(store.current()).isNotEqualTo(Settings.DEFAULT);
  }

  @Test
  void all_problems_come_at_once_and_nothing_changes() throws Exception {
    SettingsStore store = open();
    assertThatThrownBy(() -> store.replace("modbus", json("{\"max_clients\":9,\"colour\":1}")))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(ConfigProblem::key)
                    .containsExactly("modbus.max_clients", "modbus.colour"));
    assertThat(store.current()).isEqualTo(Settings.DEFAULT);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void saved_settings_stay_in_force_when_what_they_name_is_gone() throws Exception {
    SettingsStore before = open();
    before.replace("modbus", json("{\"units\":\"2=sdm630\"}"));
    before.replace("access", json("{\"reading_open\":false}"));
    ConfigProblem gone = new ConfigProblem("modbus.units", "must be one of a, is \"b\"");
    SettingsStore store = SettingsStore.open(dir, settings -> List.of(gone));
    assertThat(store.current()).isEqualTo(before.current());
    assertThat(store.warning()).hasValue("Settings: " + gone + ".");
    assertThat(dir.resolve("settings.unreadable.json")).doesNotExist();

    store.replace("access", json("{\"reading_open\":true}"));
    assertThat(store.current().access().readingOpen()).isTrue();
    assertThatThrownBy(() -> store.replace("modbus", json("{\"units\":\"2=b\"}")))
        .isInstanceOfSatisfying(
            ConfigException.class, e -> assertThat(e.problems()).containsExactly(gone));
  }

  @Test
  void a_secret_stays_until_it_is_replaced_or_emptied_and_is_never_shown() throws Exception {
    SettingsStore store = open();
    store.replace("meter", json("{\"decryption_key\":\"" + KEY + "\"}"));
    store.replace("meter", json("{\"decryption_key\":{\"set\":true},\"multiplier\":2}"));
    assertThat(store.current().meter().decryption().key()).hasValue(Secret.ofHex(KEY));
    store.replace("meter", json("{\"multiplier\":3}"));
    assertThat(store.current().meter().decryption().key()).hasValue(Secret.ofHex(KEY));
    assertThat(store.current().toJson(SecretForm.HIDDEN).toString())
        .contains("\"decryption_key\":{\"set\":true}")
        .doesNotContain(KEY);
    store.replace("meter", json("{\"decryption_key\":\"\"}"));
    assertThat(store.current().meter().decryption().key()).isEmpty();
  }

  @Test
  void nothing_is_written_when_nothing_changes() throws Exception {
    SettingsStore store = open();
    store.replace("modbus", json("{\"max_clients\":2}"));
    Path file = dir.resolve(Settings.FILE_NAME);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    store.replace("modbus", json("{\"max_clients\":2}"));
    assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(1_000);
  }

  @Test
  void an_unreadable_file_is_set_aside_and_the_last_good_one_takes_its_place() throws Exception {
    SettingsStore store = open();
    store.replace("modbus", json("{\"max_clients\":2}"));
    store.replace("modbus", json("{\"max_clients\":3}"));
    Files.writeString(dir.resolve(Settings.FILE_NAME), "{\"modbus\":{\"max_cl");
    SettingsStore again = open();
    assertThat(again.current().modbus().maxClients()).isEqualTo(2);
    assertThat(again.warning()).hasValueSatisfying(w -> assertThat(w).contains("last good"));
    assertThat(dir.resolve("settings.unreadable.json")).content().contains("max_cl");
  }

  @Test
  void without_a_last_good_file_the_defaults_are_in_force() throws Exception {
    Files.writeString(dir.resolve(Settings.FILE_NAME), "garbage");
    assertThat(open().current()).isEqualTo(Settings.DEFAULT);
  }

  @Test
  void only_the_owner_can_read_the_file() throws Exception {
    SettingsStore store = open();
    store.replace("modbus", json("{\"max_clients\":2}"));
    store.replace("modbus", json("{\"max_clients\":3}"));
    for (String name : List.of(Settings.FILE_NAME, "settings.last-good.json")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve(name))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void a_disk_that_takes_nothing_leaves_everything_as_it_was_and_says_so() throws Exception {
    SettingsStore store = open();
    store.replace("modbus", json("{\"max_clients\":2}"));
    // A folder where the temporary file must go stands for a disk that takes nothing, for root too.
    Files.createDirectories(dir.resolve("settings.json.new").resolve("x"));
    assertThatThrownBy(() -> store.replace("modbus", json("{\"max_clients\":3}")))
        .isInstanceOf(NotSavedException.class)
        .hasMessageContaining("full nor read-only");
    assertThat(store.current().modbus().maxClients()).isEqualTo(2);
    assertThat(Settings.load(dir).modbus().maxClients()).isEqualTo(2);
  }
}
