// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.Secret;
import io.energydongle.config.Settings;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterIdentity.Protocol;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.RawTelegram;
import io.energydongle.snapshot.Reception;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** Settings, backup and actions over real HTTP. */
class SettingsApiTest extends RunningWebServer {

  @Test
  void settings_are_read_and_replaced_and_every_problem_is_told_at_once() throws Exception {
    String cookie = login(STICKER);
    assertThat(send("GET", "/api/v1/settings/modbus", "", "Cookie", cookie).body())
        .isEqualTo(
            "{\"template\":\"empro\",\"units\":\"\",\"ports\":\"\",\"max_clients\":1,\"stale\":\"exception\",\"stale_after_s\":0}");
    HttpResponse<String> wrong =
        send(
            "PUT",
            "/api/v1/settings/modbus",
            "{\"max_clients\":99,\"colour\":1}",
            "Cookie",
            cookie);
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(JSON.readTree(wrong.body()).findValuesAsText("field"))
        .contains("modbus.max_clients", "modbus.colour");
    HttpResponse<String> right =
        send("PUT", "/api/v1/settings/modbus", "{\"max_clients\":4}", "Cookie", cookie);
    assertThat(right.statusCode()).isEqualTo(200);
    assertThat(settings.current().modbus().maxClients()).isEqualTo(4);
    assertThat(code(send("GET", "/api/v1/settings/colours", "", "Cookie", cookie)))
        .isEqualTo("404 unknown-section");
  }

  @Test
  void a_secret_is_never_told() throws Exception {
    String cookie = login(STICKER);
    String key = "000102030405060708090a0b0c0d0e0f";
    HttpResponse<String> answer =
        send(
            "PUT",
            "/api/v1/settings/meter",
            "{\"decryption_key\":\"" + key + "\"}",
            "Cookie",
            cookie);
    assertThat(answer.body()).contains("\"decryption_key\":{\"set\":true}").doesNotContain(key);
    assertThat(send("GET", "/api/v1/settings/access", "", "Cookie", cookie).body())
        .contains("\"password_hash\":{\"set\":false}");
  }

  @Test
  void actions_reach_their_target_or_say_why_not() throws Exception {
    String cookie = login(STICKER);
    assertThat(send("POST", "/api/v1/actions/factory-reset", "", "Cookie", cookie).statusCode())
        .isEqualTo(202);
    assertThat(asked).containsExactly("FACTORY_RESET");
    assertThat(code(send("POST", "/api/v1/actions/reboot", "", "Cookie", cookie)))
        .isEqualTo("501 not-available");
    assertThat(code(send("POST", "/api/v1/actions/explode", "", "Cookie", cookie)))
        .isEqualTo("404 unknown-action");
  }

  @Test
  void settings_can_be_checked_without_being_saved() throws Exception {
    String cookie = login(STICKER);
    String check = "/api/v1/settings/mqtt/check";
    assertThat(
            send("POST", check, "{\"enabled\":true,\"url\":\"mqtts://b\"}", "Cookie", cookie)
                .statusCode())
        .isEqualTo(204);
    HttpResponse<String> wrong =
        send("POST", check, "{\"url\":\"mqtt://b\",\"site\":\"#\"}", "Cookie", cookie);
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(json(wrong).findValuesAsText("field")).contains("mqtt.url", "mqtt.site");
    assertThat(Files.exists(state.resolve("settings.json"))).isFalse();
    assertThat(code(send("POST", check, "{}"))).isEqualTo("401 login-required");
  }

  @Test
  void https_cannot_be_required_where_it_does_not_work() throws Exception {
    String cookie = login(STICKER);
    HttpResponse<String> answer =
        send("PUT", "/api/v1/settings/access", "{\"https\":\"required\"}", "Cookie", cookie);
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).at("/error/field").asText()).isEqualTo("access.https");
  }

  @Test
  void a_backup_holds_no_secret_and_brings_the_rest_back() throws Exception {
    String cookie = login(STICKER);
    settings.replace(
        "mqtt",
        JSON.readTree(
            "{\"enabled\":true,\"url\":\"mqtts://b\",\"user\":\"u\",\"password\":\"tea pot\"}"));
    settings.replace("modbus", JSON.readTree("{\"max_clients\":3}"));
    HttpResponse<String> backup = send("GET", "/api/v1/backup", "", "Cookie", cookie);
    assertThat(backup.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment");
    assertThat(backup.body()).doesNotContain("tea pot", "password", "hash", "token", "key\"");
    settings.replace("modbus", JSON.readTree("{\"max_clients\":7}"));
    settings.replace("mqtt", JSON.readTree("{\"user\":\"v\"}"));
    HttpResponse<String> restored = send("PUT", "/api/v1/backup", backup.body(), "Cookie", cookie);
    assertThat(restored.statusCode()).as(restored.body()).isEqualTo(204);
    assertThat(settings.current().modbus().maxClients()).isEqualTo(3);
    assertThat(settings.current().mqtt().user()).isEqualTo("u");
    assertThat(settings.current().mqtt().password())
        .as("secrets stay as they are on the device")
        .map(Secret::text)
        .hasValue("tea pot");
  }

  @Test
  void a_foreign_damaged_or_newer_backup_changes_nothing() throws Exception {
    String cookie = login(STICKER);
    String[][] wrong = {
      {"{}", "no-backup"},
      {"{\"product\":\"other\",\"settings\":{}}", "no-backup"},
      {"{\"product\":\"energy-dongle\",\"settings\":{\"schema\":99}}", "newer-backup"},
      {"{\"product\":\"energy-dongle\",\"settings\":{\"tokens\":[]}}", "invalid"},
      {"{\"product\":\"energy-dongle\",\"settings\":{\"modbus\":[]}}", "invalid"},
      {
        "{\"product\":\"energy-dongle\",\"settings\":{\"modbus\":{\"max_clients\":2},"
            + "\"mqtt\":{\"url\":\"x\"}}}",
        "invalid"
      }
    };
    for (String[] each : wrong) {
      assertThat(code(send("PUT", "/api/v1/backup", each[0], "Cookie", cookie)))
          .as(each[0])
          .isEqualTo("422 " + each[1]);
    }
    assertThat(settings.current()).isEqualTo(Settings.DEFAULT);
  }

  @Test
  void the_diagnostics_hold_everything_but_secrets_and_numbers_of_meters() throws Exception {
    String cookie = login(STICKER);
    settings.replace("mqtt", JSON.readTree("{\"user\":\"u\",\"password\":\"tea pot in a file\"}"));
    String telegram =
        String.join(
            "\r\n",
            "/KFM5 meter",
            "",
            "0-0:96.1.1(4B384547303034303436333935353037)",
            "0-1:96.1.0(4730303331)",
            "0-0:96.13.0(303132)",
            "0-0:96.1.4(50217)",
            "1-0:1.7.0(01.193*kW)",
            "!ABCD",
            "");
    server.accept(
        new MeterSnapshot.Builder(
                new Reception(Instant.EPOCH, now.get(), Duration.ofSeconds(1)),
                new MeterIdentity(
                    Protocol.DSMR, Optional.of("50"), "KFM5", Optional.of("E1"), Optional.empty()),
                new RawTelegram(telegram.getBytes(StandardCharsets.US_ASCII), telegram.length()))
            .build());
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.port() + "/api/v1/diagnostics"))
                .header("Cookie", cookie)
                .build(),
            BodyHandlers.ofByteArray());
    Map<String, String> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(files.keySet())
        .contains(
            "log.txt",
            "metrics.txt",
            "reading.json",
            "settings.json",
            "status.json",
            "telegram.txt");
    assertThat(files.get("log.txt")).contains("a line of the log");
    assertThat(files.get("telegram.txt"))
        .contains("1-0:1.7.0(01.193*kW)", "0-0:96.1.1(xxxx", "0-1:96.1.0(xxxxxxxxxx)")
        .contains("0-0:96.13.0(xxxxxx)", "0-0:96.1.4(50217)");
    assertThat(files.toString()).doesNotContain("tea pot", "4B384547", STICKER);
  }

  @Test
  void a_message_of_the_grid_operator_is_masked_as_a_whole() {
    String frame =
        "\nMSG1\tJAN JANSEN 12        \tK\r\nADSC\t041234567890\tP\r\nSINSTS\t00123\tX\r";
    assertThat(Diagnostics.withoutNumbers(frame))
        .isEqualTo(
            "\nMSG1\txxx xxxxxx xx        \tK\r\nADSC\txxxxxxxxxxxx\tP\r\nSINSTS\t00123\tX\r");
    assertThat(Diagnostics.withoutNumbers("\nADCO 041234567890 B\r\nPAPP 00420 +\r"))
        .isEqualTo("\nADCO xxxxxxxxxxxx B\r\nPAPP 00420 +\r");
    assertThat(Diagnostics.withoutNumbers("/ISk5\r\n7-0:0.0.0(3232323241)\r\n!\r\n"))
        .contains("7-0:0.0.0(xxxxxxxxxx)");
  }
}
