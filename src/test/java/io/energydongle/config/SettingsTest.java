// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.MeterSettings.CurrentSign;
import io.energydongle.config.MeterSettings.CurrentSource;
import io.energydongle.config.ModbusSettings.StalePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
        .isEqualTo(new ModbusSettings("empro", Map.of(), Map.of(), 1, StalePolicy.EXCEPTION, 0));
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
        .isEqualTo(
            new ModbusSettings("empro-genuine", Map.of(), Map.of(), 8, StalePolicy.HOLD, 30));
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
  void the_file_of_a_later_release_is_read_as_far_as_it_is_known() throws Exception {
    Settings settings =
        load(
            """
            {"schema":1,"edition":99,"holograms":{"size":3},
             "meter":{"multiplier":60,"colour":"red"},
             "modbus":{"stale":"guess","max_clients":2},
             "update":{"feed":"https://u.example.com/m.edu","quiet_from_h":23,"quiet_to_h":4}}
            """);
    assertThat(settings.meter().electricity().multiplier()).isEqualTo(60);
    assertThat(settings.modbus().maxClients()).isEqualTo(2);
    assertThat(settings.modbus().stale()).isEqualTo(StalePolicy.EXCEPTION);
    assertThat(settings.update())
        .isEqualTo(new UpdateSettings("https://u.example.com/m.edu", true, 23, 4));
    assertThat(problems("{\"schema\":2,\"edition\":99}"))
        .containsExactly("schema: must be a whole number 1..1, is 2");
  }

  @Test
  void settings_about_updates_name_an_address_and_hours() throws Exception {
    assertThat(Settings.DEFAULT.update()).isEqualTo(new UpdateSettings("", true, 2, 5));
    assertThat(problems("{\"update\":{\"feed\":\"ftp://x\",\"quiet_from_h\":24}}"))
        .containsExactlyInAnyOrder(
            "update.feed: must be an address such as"
                + " https://updates.example.com/energy-dongle/manifest.edu, is \"ftp://x\"",
            "update.quiet_from_h: must be a whole number 0..23, is 24");
    UpdateSettings night = new UpdateSettings("", true, 23, 4);
    assertThat(night.quietHours()).isEqualTo(5);
    assertThat(night.hoursIntoQuiet(LocalTime.of(1, 30))).isEqualTo(2.5);
    assertThat(night.hoursIntoQuiet(LocalTime.of(22, 0))).isEqualTo(23.0);
    assertThat(new UpdateSettings("", true, 3, 3).quietHours()).isEqualTo(24);
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
                + " tic_phase_export, tic_historical_export, tic_nominal_v, main_fuse_a",
            "modbus.max_clients: must be a whole number 1..8, is 9",
            "modbus.stale: must be one of exception, hold, zero, not-available, close, is \"guess\"",
            "modbus.stale_after_s: must be 0 (automatic) or 5..3600, is 2",
            "color: is not known here; known are schema, edition, meter, modbus, mqtt, network,"
                + " access, time, outputs, update, tokens");
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
  void half_a_character_is_a_problem_wherever_it_stands() throws Exception {
    for (String half : List.of("\\ud83d", "a\\udc00b", "\\udc00\\ud83d")) {
      assertThat(problems("{\"mqtt\":{\"user\":\"" + half + "\"}}"))
          .containsExactly("mqtt.user: must not hold half a character (an unpaired surrogate)");
      assertThat(problems("{\"mqtt\":{\"password\":\"" + half + "\"}}"))
          .containsExactly(
              "mqtt.password: must not hold half a character (an unpaired surrogate) (not shown, it"
                  + " is a secret)");
    }
    assertThat(load("{\"mqtt\":{\"user\":\"\\ud83d\\ude00\"}}").mqtt().user())
        .isEqualTo("\ud83d\ude00");
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

  @Test
  void mqtt_is_spoken_over_tls_only_and_says_so() throws Exception {
    for (String url : List.of("mqtt://b", "ws://b", "http://b", "b:8883")) {
      assertThat(problems("{\"mqtt\":{\"url\":\"" + url + "\"}}"))
          .containsExactly(
              "mqtt.url: must begin with mqtts:// because MQTT is only spoken over TLS, is \""
                  + url
                  + "\"");
    }
    for (String url : List.of("mqtts://", "mqtts://b/topic", "mqtts://b:99999")) {
      assertThat(problems("{\"mqtt\":{\"url\":\"" + url + "\"}}"))
          .singleElement()
          .asString()
          .contains("must be mqtts:// and a name or IPv4 address");
    }
    for (String url : List.of("mqtts://u:secret@b", "mqtt://u:secret@b")) {
      assertThat(problems("{\"mqtt\":{\"url\":\"" + url + "\"}}"))
          .singleElement()
          .asString()
          .contains("fields of their own")
          .doesNotContain("secret");
    }
    assertThat(problems("{\"mqtt\":{\"enabled\":true}}"))
        .containsExactly("mqtt.url: must name the broker, such as mqtts://broker.example.com");
  }

  @Test
  void the_port_of_the_broker_is_8883_unless_the_address_names_another() throws Exception {
    MqttSettings plain = load("{\"mqtt\":{\"url\":\"mqtts://my_broker.lan\"}}").mqtt();
    assertThat(plain.host()).isEqualTo("my_broker.lan");
    assertThat(plain.port()).isEqualTo(8883);
    MqttSettings other = load("{\"mqtt\":{\"url\":\"mqtts://10.0.0.9:443\"}}").mqtt();
    assertThat(other.host()).isEqualTo("10.0.0.9");
    assertThat(other.port()).isEqualTo(443);
  }

  @Test
  void a_site_cannot_change_the_topic_tree() throws Exception {
    for (String site : List.of("", "a/b", "#", "a+", "$SYS", "a b", "x".repeat(65))) {
      assertThat(problems("{\"mqtt\":{\"site\":\"" + site + "\"}}"))
          .as(site)
          .singleElement()
          .asString()
          .startsWith("mqtt.site: must be 1 to 64 letters");
    }
  }

  @Test
  void mqtt_obeys_no_command_that_changes_settings_unless_told_so() {
    assertThat(MqttSettings.DEFAULT.commands()).isEqualTo(new MqttSettings.Commands(false, false));
    assertThat(MqttSettings.DEFAULT.homeAssistant().enabled()).isFalse();
    assertThat(MqttSettings.DEFAULT.publish())
        .isEqualTo(new MqttSettings.Publish(0, false, false, false, 0));
  }

  @Test
  void what_mqtt_cannot_use_is_said_in_a_sentence() throws Exception {
    assertThat(
            problems(
                """
                {"mqtt":{"trust":"nobody","ca":"-----BEGIN PRIVATE KEY-----","pin":"12",
                  "interval_s":7,"discovery_prefix":"a/#","values":1}}
                """))
        .containsExactlyInAnyOrder(
            "mqtt.trust: must be one of bundle, system, is \"nobody\"",
            "mqtt.ca: must hold certificates only, but holds a private key (not shown)",
            "mqtt.pin: must be the SHA-256 of the broker's public key, 64 hexadecimal digits, is"
                + " \"12\"",
            "mqtt.interval_s: must be 0 (every telegram), 5, 10 or 60, is 7",
            "mqtt.discovery_prefix: must be 1 to 64 letters, digits, dots, low lines or hyphens, is"
                + " \"a/#\"",
            "mqtt.values: must be true or false, is 1");
    assertThat(problems("{\"mqtt\":{\"ca\":\"hello\"}}"))
        .containsExactly(
            "mqtt.ca: must hold a certificate in PEM, which begins with -----BEGIN CERTIFICATE-----");
  }

  @Test
  void a_static_address_must_fit_its_network() throws Exception {
    String form = "{\"network\":{\"method\":\"static\",\"address\":\"%s\",\"gateway\":\"%s\"}}";
    assertThat(problems(form.formatted("192.168.10.101", "192.168.10.1"))).isEmpty();
    assertThat(problems(form.formatted("192.168.10.101", ""))).isEmpty();
    assertThat(problems(form.formatted("", "")))
        .containsExactly(
            "network.address: must be given with a static address, such as 192.168.1.50");
    for (String address : List.of("192.168.10.0", "192.168.10.255", "127.0.0.1", "224.0.0.1")) {
      assertThat(problems(form.formatted(address, "")))
          .containsExactly(
              "network.address: must be the address of a device in its network, which "
                  + address
                  + "/24 is not");
    }
    // What takes it for octal goes to 8.
    assertThat(problems(form.formatted("010.0.0.5", "")))
        .first()
        .asString()
        .startsWith("network.address: must be an IPv4 address");
    assertThat(problems(form.formatted("192.168.10.101", "192.168.11.1")))
        .containsExactly(
            "network.gateway: must lie in the network of the address, 192.168.10.0/24, is"
                + " 192.168.11.1");
  }

  @Test
  void wifi_needs_a_name_and_a_key_of_wpa2_length_which_is_never_shown() throws Exception {
    assertThat(problems("{\"network\":{\"connection\":\"wifi\"}}"))
        .containsExactlyInAnyOrder(
            "network.ssid: must be the name of the Wi-Fi network",
            "network.wifi_password: must be given; networks without a password are not used");
    assertThat(problems("{\"network\":{\"wifi_password\":\"short77\"}}"))
        .containsExactly(
            "network.wifi_password: must have 8 to 64 characters, has 7 (not shown, it is a"
                + " secret)");
    assertThat(problems("{\"network\":{\"wifi_password\":\"clé-secrète-9\"}}").toString())
        .contains("without accents")
        .doesNotContain("secrète");
    Settings good =
        load(
            """
            {"network":{"connection":"wifi","ssid":"home","wifi_password":"correct horse"}}
            """);
    assertThat(good.network().wifiPassword()).map(Secret::text).hasValue("correct horse");
    assertThat(good.toString()).doesNotContain("correct horse");
    assertThat(good.toJson(SecretForm.HIDDEN).toString()).doesNotContain("correct horse");
  }

  @Test
  void those_who_may_read_modbus_are_addresses_and_networks() throws Exception {
    Settings good = load("{\"outputs\":{\"modbus_allow\":\"192.168.1.20, 10.1.2.3/8\"}}");
    assertThat(good.outputs().modbusAllow().toString()).isEqualTo("[192.168.1.20, 10.0.0.0/8]");
    Ipv4 ten = good.outputs().modbusAllow().get(1);
    assertThat(ten.contains(Ipv4.parse("10.255.0.1").getAsInt())).isTrue();
    assertThat(ten.contains(Ipv4.parse("11.0.0.1").getAsInt())).isFalse();
    for (String wrong : List.of("x", "1.2.3", "1.2.3.4/33", "1.2.3.4,,1.2.3.5", "300.1.1.1")) {
      assertThat(problems("{\"outputs\":{\"modbus_allow\":\"" + wrong + "\"}}"))
          .as(wrong)
          .singleElement()
          .asString()
          .startsWith("outputs.modbus_allow: must be IPv4 addresses or networks");
    }
  }

  @Test
  void the_copy_over_tcp_is_off_until_it_gets_a_port() throws Exception {
    assertThat(Settings.DEFAULT.outputs().copyPort()).isZero();
    assertThat(load("{\"outputs\":{\"copy_port\":2001}}").outputs().copyPort()).isEqualTo(2001);
    assertThat(problems("{\"outputs\":{\"copy_port\":70000,\"copy_allow\":\"x\"}}"))
        .satisfiesExactlyInAnyOrder(
            p ->
                assertThat(p)
                    .isEqualTo("outputs.copy_port: must be a whole number 0..65535, is 70000"),
            p -> assertThat(p).startsWith("outputs.copy_allow: must be IPv4 addresses"));
  }

  @Test
  void every_section_survives_a_round_trip() throws Exception {
    Settings settings =
        load(
            """
            {"meter":{"main_fuse_a":25,"decryption_key":"%s"},
             "modbus":{"template":"empro-genuine"},
             "mqtt":{"enabled":true,"url":"mqtts://b","user":"u","password":"p\\"w","site":"s",
               "trust":"system","ca":"-----BEGIN CERTIFICATE-----\\nAA\\n","pin":"%s",
               "interval_s":10,"values":true,"raw":true,"retain":true,"telegram_qos":1,"home_assistant":true,
               "discovery_prefix":"ha","commands_config":true,"commands_factory_reset":true},
             "network":{"connection":"wifi","method":"static","address":"10.0.0.2",
               "prefix_length":8,"gateway":"10.0.0.1","dns":"10.0.0.1","ssid":"n",
               "wifi_password":"12345678","wifi_country":"FR"},
             "access":{"reading_open":false,"https":"required"},
             "time":{"ntp_server":"pool.ntp.org"},
             "outputs":{"modbus":false,"modbus_allow":"10.0.0.0/8","metrics":false,
               "copy_port":2001,"copy_allow":"192.168.1.20"},
             "tokens":[{"id":"0123abcd","name":"evcc","scope":"config",
               "created":"2026-01-15T10:22:41Z","hash":"%s"}]}
            """
                .formatted(KEY, KEY + KEY, KEY + KEY));
    assertThat(settings.mqtt().publish())
        .isEqualTo(new MqttSettings.Publish(10, true, true, true, 1));
    assertThat(settings.mqtt().commands()).isEqualTo(new MqttSettings.Commands(true, true));
    assertThat(settings.mqtt().trust().pin()).isEqualTo((KEY + KEY).toLowerCase(Locale.ROOT));
    assertThat(load(settings.toJson(SecretForm.PLAIN).toString())).isEqualTo(settings);
    assertThat(settings.tokens()).hasSize(1);
    assertThat(settings.toJson(SecretForm.HIDDEN).has("tokens")).isFalse();
  }

  @Test
  void maps_of_unit_identifiers_and_ports_are_read_and_their_faults_named() throws Exception {
    ModbusSettings modbus =
        load("{\"modbus\":{\"units\":\"3=sdm630/hold:300, 2 = mine\",\"ports\":\"1502=em24\"}}")
            .modbus();
    assertThat(modbus.units())
        .isEqualTo(
            Map.of(
                2, new ModbusSettings.UnitMap("mine", Optional.empty(), 0),
                3, new ModbusSettings.UnitMap("sdm630", Optional.of(StalePolicy.HOLD), 300)));
    assertThat(modbus.ports()).containsOnlyKeys(1502);
    for (String wrong :
        List.of(
            "256=a",
            "x=a",
            "1",
            "1=a/never",
            "1=a/hold:0",
            "1=a/hold:86401",
            "1=a/zero:9",
            "1=A",
            "=",
            ",")) {
      assertThat(problems("{\"modbus\":{\"units\":\"" + wrong + "\"}}"))
          .singleElement()
          .asString()
          .startsWith("modbus.units: must be unit identifiers with their maps, such as 2=sdm630");
    }
    assertThat(problems("{\"modbus\":{\"units\":\"1=a,1=b\",\"ports\":\"0=a\"}}"))
        .containsExactly(
            "modbus.units: must name each number once, names 1 twice",
            "modbus.ports: must be TCP ports with their maps, such as 1502=sdm630, has \"0=a\"");
  }
}
