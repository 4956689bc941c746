// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.MqttSettings;
import io.energydongle.status.ClockState;
import io.energydongle.testkit.Broker;
import io.energydongle.testkit.Broker.Door;
import io.energydongle.testkit.Subscriber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which commands are obeyed. Expected values: {@code platform.md} 1.6. */
class CommandsTest {

  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final MqttSettings.Commands ALL = new MqttSettings.Commands(true, true);
  private static final MqttSettings.Commands NONE = new MqttSettings.Commands(false, false);

  private static final String BASE = "devices/home/energy-dongle/EDTEST23/cmd/";

  @TempDir Path dir;
  private final Device.Asked asked = new Device.Asked();
  private ClockState clockState = ClockState.SYNCHRONISED;
  private Instant now = NOW;
  private long nanos;
  private CommandDesk desk;
  private int ids;

  @BeforeEach
  void open() {
    desk =
        new CommandDesk(
            dir,
            asked,
            new DeviceIdentity(dir),
            () -> clockState,
            new Clock() {
              @Override
              public Instant instant() {
                return now;
              }

              @Override
              public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
              }

              @Override
              public Clock withZone(java.time.ZoneId zone) {
                return this;
              }
            },
            () -> nanos,
            new Random(1));
  }

  private static String envelope(String id, Instant expires, String rest) {
    return "{\"id\":\"%s\",\"ts\":\"%s\",\"exp\":\"%s\"%s}".formatted(id, NOW, expires, rest);
  }

  private List<ObjectNode> take(String command, String payload, MqttSettings.Commands allowed) {
    List<ObjectNode> answers = new ArrayList<>();
    desk.take(
        BASE + command,
        command,
        payload.getBytes(StandardCharsets.UTF_8),
        false,
        allowed,
        answers::add);
    return answers;
  }

  private ObjectNode last(String command, String rest, MqttSettings.Commands allowed) {
    String id = "id-" + ++ids;
    List<ObjectNode> answers = take(command, envelope(id, now.plusSeconds(60), rest), allowed);
    ObjectNode last = answers.get(answers.size() - 1);
    assertThat(last.path("id").asText()).isEqualTo(id);
    return last;
  }

  private static String short_(JsonNode answer) {
    String code = answer.path("code").asText("");
    return answer.path("state").asText() + (code.isEmpty() ? "" : "/" + code);
  }

  @Test
  void what_only_asks_is_answered() {
    assertThat(short_(last("ping", "", NONE))).isEqualTo("done");
    assertThat(last("info", "", NONE).path("result").path("interface").asText()).isEqualTo("eth0");
    assertThat(last("diag", "", NONE).path("result").path("temperature_c").asDouble())
        .isEqualTo(41.5);
    assertThat(asked.calls).isEmpty();
  }

  @Test
  void what_is_no_envelope_is_refused_with_a_reason() {
    for (String payload :
        List.of(
            "hello",
            "[]",
            "{\"id\":\"a\"}{}",
            "{\"id\":\"a\",\"id\":\"b\"}",
            "{\"id\":7,\"ts\":\"2026-12-01T12:00:00Z\",\"exp\":\"2026-12-01T12:01:00Z\"}",
            "{\"id\":\"a b\"}",
            "{\"id\":\"a\",\"ts\":\"today\",\"exp\":\"tomorrow\"}",
            "{\"id\":\"a\",\"ts\":\"2026-12-01T12:00:00Z\"}",
            "{\"id\":\"a\",\"args\":1}")) {
      List<ObjectNode> answers = take("reboot", payload, ALL);
      assertThat(answers).as(payload).hasSize(1);
      assertThat(short_(answers.get(0))).as(payload).isEqualTo("rejected/malformed");
    }
    assertThat(asked.calls).isEmpty();
  }

  @Test
  void retained_large_late_and_unknown_commands_are_refused() {
    List<ObjectNode> answers = new ArrayList<>();
    byte[] good = envelope("r", NOW.plusSeconds(60), "").getBytes(StandardCharsets.UTF_8);
    desk.take(BASE + "reboot", "reboot", good, true, ALL, answers::add);
    assertThat(short_(answers.get(0))).isEqualTo("rejected/retained");

    String large =
        envelope("l", NOW.plusSeconds(60), ",\"args\":{\"x\":\"" + "y".repeat(16_384) + "\"}");
    assertThat(short_(take("reboot", large, ALL).get(0))).isEqualTo("rejected/too-large");

    assertThat(short_(take("reboot", envelope("p", NOW, ""), ALL).get(0)))
        .isEqualTo("rejected/expired");
    assertThat(short_(take("reboot", envelope("f", NOW.plusSeconds(601), ""), ALL).get(0)))
        .isEqualTo("rejected/expires-too-late");
    assertThat(short_(take("reboot", envelope("e", NOW.plusSeconds(600), ""), ALL).get(1 - 1)))
        .isEqualTo("accepted");
    assertThat(short_(last("fly", "", ALL))).isEqualTo("rejected/unknown-command");
    assertThat(short_(last("update", "", ALL))).isEqualTo("failed/malformed");
    assertThat(asked.calls).containsExactly("reboot");
  }

  @Test
  void an_update_needs_an_address_and_a_version_and_hands_over_why_it_is_refused() {
    String url = ",\"args\":{\"url\":\"https://u.example.com/m.edu\",\"version\":\"%s\"}";
    assertThat(short_(last("update", url.formatted("0.2.0"), ALL))).isEqualTo("done");
    assertThat(short_(last("update", url.formatted("0.3.0"), ALL))).isEqualTo("failed/busy");
    assertThat(asked.calls).containsExactly("update https://u.example.com/m.edu");
  }

  private static final String PATCH = ",\"args\":{\"patch\":{\"modbus\":{\"max_clients\":2}}}";

  @Test
  void a_command_is_obeyed_once_and_a_repeat_gets_the_same_answer_even_after_a_restart() {
    String command = envelope("once", NOW.plusSeconds(60), PATCH);
    ObjectNode first = take("config", command, ALL).get(0);
    assertThat(short_(first)).isEqualTo("done");
    assertThat(take("config", command, ALL)).containsExactly(first);
    open();
    assertThat(take("config", command, ALL)).containsExactly(first);
    assertThat(asked.calls).hasSize(1);
  }

  @Test
  void an_identifier_belongs_to_the_command_that_had_it_first() {
    take("ping", envelope("guessed", NOW.plusSeconds(60), ""), ALL);
    ObjectNode answer = take("config", envelope("guessed", NOW.plusSeconds(60), PATCH), ALL).get(0);
    assertThat(short_(answer)).isEqualTo("rejected/id-used");
    assertThat(asked.calls).isEmpty();
  }

  @Test
  void the_last_64_commands_that_change_something_are_remembered_whatever_else_is_asked() {
    for (int i = 0; i < 65; i++) {
      take("config", envelope("n" + i, NOW.plusSeconds(60), PATCH), ALL);
    }
    assertThat(asked.calls).hasSize(65);
    for (int i = 0; i < 200; i++) {
      last("ping", "", NONE);
      last("log-level", ",\"args\":{\"level\":\"info\"}", NONE);
    }
    asked.calls.clear();
    take("config", envelope("n1", NOW.plusSeconds(60), PATCH), ALL);
    open();
    take("config", envelope("n1", NOW.plusSeconds(60), PATCH), ALL);
    assertThat(asked.calls).isEmpty();
  }

  @Test
  void a_repeated_change_of_the_log_is_not_made_again() {
    String command = envelope("log", NOW.plusSeconds(60), ",\"args\":{\"level\":\"debug\"}");
    ObjectNode first = take("log-level", command, NONE).get(0);
    assertThat(short_(first)).isEqualTo("done");
    assertThat(take("log-level", command, NONE)).containsExactly(first);
    assertThat(asked.calls).containsExactly("log-level debug 600");
  }

  @Test
  void a_command_whose_time_is_damaged_on_the_disk_is_still_not_obeyed_twice() throws Exception {
    Files.writeString(
        dir.resolve("mqtt-commands.json"),
        "[{\"id\":\"id-1\",\"command\":\"reboot\",\"at\":9223372036854775807,"
            + "\"result\":{\"id\":\"id-1\",\"state\":\"done\"}}]");
    open();
    assertThat(short_(last("reboot", "", NONE))).isEqualTo("done");
    assertThat(asked.calls).isEmpty();
  }

  @Test
  void it_restarts_three_times_an_hour_at_most_counted_over_restarts() {
    for (int i = 0; i < 3; i++) {
      assertThat(short_(last("restart", "", NONE))).isEqualTo("accepted");
      open();
    }
    assertThat(short_(last("restart", "", NONE))).isEqualTo("rejected/rate-limited");
    assertThat(short_(last("reboot", "", NONE))).isEqualTo("accepted");
    now = NOW.plus(Duration.ofMinutes(61));
    assertThat(short_(last("restart", "", NONE))).isEqualTo("accepted");
    assertThat(asked.calls).containsExactly("restart", "restart", "restart", "reboot", "restart");
  }

  @Test
  void settings_are_changed_when_the_user_has_allowed_it_and_never_who_may() {
    String good = ",\"args\":{\"patch\":{\"modbus\":{\"max_clients\":2}}}";
    assertThat(short_(last("config", good, NONE))).isEqualTo("rejected/not-allowed");
    assertThat(short_(last("config", good, ALL))).isEqualTo("done");
    assertThat(
            short_(last("config", ",\"args\":{\"patch\":{\"modbus\":{\"max_clients\":9}}}", ALL)))
        .isEqualTo("failed/invalid-settings");
    for (String section :
        List.of(
            "{\"access\":{\"reading_open\":true}}",
            "{\"mqtt\":{\"commands_factory_reset\":true}}",
            "{\"mqtt\":{\"commands_config\":null}}")) {
      assertThat(short_(last("config", ",\"args\":{\"patch\":" + section + "}", ALL)))
          .isEqualTo("rejected/local-only");
    }
    assertThat(short_(last("config", "", ALL))).isEqualTo("rejected/malformed");
    assertThat(asked.calls).containsExactly("config {\"modbus\":{\"max_clients\":2}}");
  }

  @Test
  void a_factory_reset_needs_a_second_message_with_the_nonce_within_a_minute() {
    assertThat(short_(last("factory-reset", "", NONE))).isEqualTo("rejected/not-allowed");
    ObjectNode asks = last("factory-reset", "", ALL);
    assertThat(short_(asks)).isEqualTo("accepted/confirm");
    String nonce = asks.path("nonce").asText();
    assertThat(nonce).hasSize(32);
    assertThat(short_(last("factory-reset", ",\"nonce\":\"" + "0".repeat(32) + "\"", ALL)))
        .isEqualTo("accepted/confirm");
    // A wrong one made the right one worthless.
    nonce = last("factory-reset", ",\"nonce\":\"" + nonce + "\"", ALL).path("nonce").asText();
    nanos += Duration.ofSeconds(61).toNanos();
    nonce = last("factory-reset", ",\"nonce\":\"" + nonce + "\"", ALL).path("nonce").asText();
    assertThat(asked.calls).isEmpty();
    nanos += Duration.ofSeconds(59).toNanos();
    assertThat(short_(last("factory-reset", ",\"nonce\":\"" + nonce + "\"", ALL)))
        .isEqualTo("done");
    assertThat(asked.calls).containsExactly("factory-reset");
  }

  /** Signs as docs/reference/mqtt.md says, with another program. */
  private String signed(String command, String canonical) throws Exception {
    Path message = dir.resolve("message");
    Path signature = dir.resolve("signature");
    Files.writeString(message, BASE + command + "\n" + canonical);
    openssl(
        "pkeyutl",
        "-sign",
        "-rawin",
        "-inkey",
        dir.resolve("command.key").toString(),
        "-in",
        message.toString(),
        "-out",
        signature.toString());
    return Base64.getEncoder().encodeToString(Files.readAllBytes(signature));
  }

  private static void openssl(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("openssl"));
    all.addAll(List.of(words));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Test
  void with_a_command_key_only_signed_commands_change_something() throws Exception {
    Path key = dir.resolve("command.key");
    openssl("genpkey", "-algorithm", "ed25519", "-out", key.toString());
    openssl(
        "pkey", "-in", key.toString(), "-pubout", "-out", dir.resolve("command.pub").toString());
    assertThat(short_(last("ping", "", ALL))).isEqualTo("done");
    assertThat(short_(last("reboot", "", ALL))).isEqualTo("rejected/not-signed");
    assertThat(short_(last("factory-reset", "", ALL))).isEqualTo("rejected/not-signed");

    String canonical =
        "{\"args\":{\"patch\":{\"modbus\":{\"max_clients\":2}}},"
            + "\"exp\":\"2026-12-01T12:00:30Z\",\"id\":\"s1\",\"ts\":\"2026-12-01T12:00:00Z\"}";
    String sig = signed("config", canonical);
    // The order and the spaces in which it travels do not matter.
    String sent =
        """
        {"id": "s1", "ts": "2026-12-01T12:00:00Z", "exp": "2026-12-01T12:00:30Z", "sig": "%s",
         "args": {"patch": {"modbus": {"max_clients": %d}}}}
        """;
    assertThat(short_(take("config", sent.formatted(sig, 3), ALL).get(0)))
        .isEqualTo("rejected/wrong-signature");
    assertThat(short_(take("reboot", sent.formatted(sig, 2), ALL).get(0)))
        .isEqualTo("rejected/wrong-signature");
    assertThat(short_(take("config", sent.formatted("bm9uc2Vuc2U=", 2), ALL).get(0)))
        .isEqualTo("rejected/wrong-signature");
    assertThat(asked.calls).isEmpty();
    assertThat(short_(take("config", sent.formatted(sig, 2), ALL).get(0))).isEqualTo("done");
    assertThat(asked.calls).containsExactly("config {\"modbus\":{\"max_clients\":2}}");

    Files.writeString(dir.resolve("command.pub"), "torn");
    assertThat(short_(last("reboot", ",\"sig\":\"" + sig + "\"", ALL)))
        .isEqualTo("rejected/wrong-signature");
  }

  @Test
  void while_the_clock_is_not_synchronised_every_command_needs_a_nonce() {
    clockState = ClockState.PLAUSIBLE;
    now = Instant.parse("2030-01-01T00:00:00Z");
    ObjectNode asks = last("reboot", "", NONE);
    assertThat(short_(asks)).isEqualTo("accepted/confirm");
    String nonce = ",\"nonce\":\"" + asks.path("nonce").asText() + "\"";
    assertThat(short_(last("reboot", nonce, NONE))).isEqualTo("accepted");
    assertThat(short_(last("reboot", nonce, NONE))).isEqualTo("accepted/confirm");
    assertThat(asked.calls).containsExactly("reboot");
  }

  @Test
  void a_patch_merges_as_rfc_7396_says() throws Exception {
    // Source: RFC 7396 appendix A.
    String[][] vectors = {
      {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
      {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
      {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
      {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
      {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
      {"{\"a\":\"foo\"}", "null", "null"},
      {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
      {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
      {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
    };
    ObjectMapper json = new ObjectMapper();
    for (String[] each : vectors) {
      assertThat(MergePatch.apply(json.readTree(each[0]), json.readTree(each[1])))
          .isEqualTo(json.readTree(each[2]));
    }
  }

  @Test
  void commands_travel_through_a_real_broker() throws Exception {
    try (Broker broker = new Broker(dir.resolve("b").toFile().mkdirs() ? dir.resolve("b") : dir);
        Subscriber subscriber = new Subscriber(broker.port(Door.PLAIN))) {
      String base = "devices/home/energy-dongle/" + Broker.SERIAL;
      Instant soon = Clock.systemUTC().instant().plusSeconds(300);
      // Waits there before the device comes.
      subscriber.publish(base + "/cmd/reboot", envelope("kept", soon, ""), true);
      try (Device device =
          new Device(
                  dir.resolve("state"),
                  broker.identity(dir.resolve("identity"), "device"),
                  Device.settings(broker.port(Door.CERTIFICATE)))
              .awaitOnline()) {
        answer(subscriber, "reboot", "", "rejected/retained");
        subscriber.publish(base + "/cmd/reboot", "", true);
        subscriber.publish(base + "/cmd/ping", envelope("p1", soon, ""), false);
        answer(subscriber, "ping", "p1", "done");
        subscriber.publish(base + "/cmd/ping", "x".repeat(20_000), false);
        answer(subscriber, "ping", "", "rejected/too-large");
        subscriber.publish(base + "/cmd/Fl%y", envelope("u", soon, ""), false);
        answer(subscriber, "unknown", "u", "rejected/unknown-command");
        subscriber.publish(base + "/cmd/reboot", envelope("rb", soon, ""), false);
        answer(subscriber, "reboot", "rb", "accepted");
        await().until(() -> device.asked.calls.equals(List.of("reboot")));
        assertThat(device.status().counters().commands()).isEqualTo(5);
        // More than Paho should make room for.
        subscriber.publish(base + "/cmd/ping", "x".repeat(300_000), false);
        device.awaitFault("too-large");
        device.awaitOnline();
      }
    }
  }

  private static void answer(Subscriber subscriber, String command, String id, String expected) {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () ->
                assertThat(subscriber.on("/cmd-result/" + command))
                    .anyMatch(
                        m ->
                            m.json().path("id").asText().equals(id)
                                && short_(m.json()).equals(expected)
                                && m.qos() == 1));
  }
}
