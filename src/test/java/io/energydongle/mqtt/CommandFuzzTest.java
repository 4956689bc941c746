// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.MqttSettings;
import io.energydongle.identity.Pem;
import io.energydongle.status.ClockState;
import io.energydongle.testkit.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any commands from the broker: each is answered within bounds, and none is obeyed that was
 * retained, has no signature where there is a command key, has expired or expires too late, is not
 * allowed, was obeyed already, or still needs a confirmation.
 *
 * <p>An input is a byte of circumstances, and messages with a line feed between them, each a byte
 * for the command and then the payload. {@code NONCE} in a payload stands for what the device gave
 * out last, and the key of the fleet signs when the circumstances say so.
 */
class CommandFuzzTest {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final String BASE = "devices/home/energy-dongle/EDTEST23/cmd/";
  private static final List<String> COMMANDS =
      List.of(
          "ping",
          "info",
          "diag",
          "log-level",
          "reboot",
          "restart",
          "config",
          "update",
          "factory-reset",
          "format");
  private static final Set<String> HARMLESS = Set.of("ping", "info", "diag", "log-level");
  private static final int MESSAGES_MAX = 6;
  private static final int ANSWER_LENGTH_MAX = 4_096;

  private static final Path DIR = Scratch.folder();
  private static final KeyPair KEYS = keys();

  private static KeyPair keys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** One input, message after message. */
  private static final class Run {
    private final boolean retained;
    private final boolean key;
    private final boolean signs;
    private final boolean clockRight;
    private final MqttSettings.Commands allowed;
    private final Device.Asked asked = new Device.Asked();
    private final Set<String> obeyed = new HashSet<>();
    private final CommandDesk desk;
    private String nonce = "";
    private String nonceFor = "";

    Run(int circumstances) throws IOException {
      retained = (circumstances & 1) != 0;
      key = (circumstances & 2) != 0;
      signs = (circumstances & 4) != 0;
      clockRight = (circumstances & 8) == 0;
      allowed = new MqttSettings.Commands((circumstances & 16) == 0, (circumstances & 32) == 0);
      Scratch.empty(DIR);
      if (key) {
        Files.writeString(
            DIR.resolve("command.pub"), Pem.text("PUBLIC KEY", KEYS.getPublic().getEncoded()));
      }
      ClockState state = clockRight ? ClockState.SYNCHRONISED : ClockState.PLAUSIBLE;
      Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
      desk =
          new CommandDesk(
              DIR, asked, new DeviceIdentity(DIR), () -> state, clock, () -> 0, new Random(1));
    }

    void take(String command, String text) {
      boolean named = !nonce.isEmpty() && text.contains("NONCE");
      String payload = text.replace("NONCE", nonce);
      boolean signed = false;
      if (signs) {
        Optional<String> good = sign(BASE + command, payload);
        signed = good.isPresent();
        payload = good.orElse(payload);
      }
      int before = asked.calls.size();
      List<ObjectNode> answers = new ArrayList<>();
      desk.take(
          BASE + command,
          command,
          payload.getBytes(StandardCharsets.UTF_8),
          retained,
          allowed,
          answers::add);
      checkAnswers(answers, payload);
      List<String> calls = asked.calls.subList(before, asked.calls.size());
      if (!calls.isEmpty()) {
        checkObeyed(command, calls, payload, signed, named);
      }
      ObjectNode last = answers.get(answers.size() - 1);
      if (last.has("nonce")) {
        nonce = last.path("nonce").asText();
        nonceFor = command;
      }
    }

    private void checkObeyed(
        String command, List<String> calls, String payload, boolean signed, boolean named) {
      check(calls.size() == 1 && calls.get(0).startsWith(command), command + " did " + calls);
      check(!retained, "a retained command was obeyed");
      check(signed || !key || HARMLESS.contains(command), "obeyed without a signature");
      JsonNode envelope = parse(payload).orElseThrow(() -> new AssertionError("no JSON obeyed"));
      check(obeyed.add(envelope.path("id").asText()), "obeyed twice");
      Instant until = instant(envelope.path("exp").asText());
      check(!clockRight || until.isAfter(NOW), "obeyed although it had expired");
      check(
          !clockRight || !until.isAfter(NOW.plus(Duration.ofMinutes(10))),
          "obeyed although it would have been good for long");
      check(allowed.config() || !command.equals("config"), "settings changed, not allowed");
      check(allowed.factoryReset() || !command.equals("factory-reset"), "reset, not allowed");
      check(
          !command.equals("config") || !envelope.at("/args/patch").has("access"),
          "who may come in was changed");
      if (command.equals("factory-reset") || !clockRight) {
        check(named && nonceFor.equals(command), "obeyed without being confirmed");
      }
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static void checkAnswers(List<ObjectNode> answers, String payload) {
    check(answers.size() == 1 || answers.size() == 2, answers.size() + " answers");
    for (ObjectNode answer : answers) {
      String id = answer.path("id").asText("-");
      check(id.matches("[A-Za-z0-9._:-]{0,64}"), "an id that nobody can have: " + id);
      check(id.isEmpty() || payload.contains(id) || payload.contains("\\u"), "another id: " + id);
      check(
          Set.of("accepted", "done", "failed", "rejected").contains(answer.path("state").asText()),
          "no state: " + answer);
      check(answer.toString().length() <= ANSWER_LENGTH_MAX, "an answer without bounds");
    }
  }

  private static Optional<JsonNode> parse(String payload) {
    try {
      return Optional.ofNullable(JSON.readTree(payload));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new AssertionError("obeyed without an end: " + text, e);
    }
  }

  /** Signs as docs/reference/mqtt.md says; empty for what is no envelope. */
  private static Optional<String> sign(String topic, String payload) {
    if (!(parse(payload).orElse(null) instanceof ObjectNode envelope)) {
      return Optional.empty();
    }
    envelope.remove("sig");
    try {
      String canonical = JSON.writeValueAsString(JSON.treeToValue(envelope, Object.class));
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(KEYS.getPrivate());
      signature.update((topic + "\n" + canonical).getBytes(StandardCharsets.UTF_8));
      envelope.put("sig", Base64.getEncoder().encodeToString(signature.sign()));
      return Optional.of(envelope.toString());
    } catch (IOException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  @DictionaryEntries({
    "\"id\":",
    "\"ts\":",
    "\"exp\":",
    "\"nonce\":\"NONCE\"",
    "\"args\":{",
    "\"patch\":{",
    "\"access\"",
    "\"commands_config\"",
    "\"level\":\"debug\"",
    "\"seconds\":",
    "\"url\":",
    "\"version\":\"0.2.0\"",
    "\"sig\":\"\"",
    "2026-12-01T12:10:00Z",
    "2026-12-01T11:59:59Z",
    "+1000000000-12-31T23:59:59Z",
    "null",
    "1e400",
    "-0.5",
    "\"\\ud800\""
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void every_command_is_answered_and_only_a_good_one_obeyed(byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      return;
    }
    Run run = new Run(bytes[0]);
    String all = new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
    for (String each : all.split("\n", MESSAGES_MAX)) {
      if (!each.isEmpty()) {
        run.take(COMMANDS.get(each.charAt(0) % COMMANDS.size()), each.substring(1));
      }
    }
  }

  private static String message(String command, String id, String rest) {
    // The letters begin where the remainder is 0.
    return (char) ('P' + COMMANDS.indexOf(command))
        + "{\"id\":\"%s\",\"ts\":\"%s\",\"exp\":\"%s\"%s}"
            .formatted(id, NOW, NOW.plusSeconds(60), rest);
  }

  static Stream<byte[]> seeds() {
    String url = ",\"args\":{\"url\":\"https://example.com/a.edu\",\"version\":\"0.2.0\"}";
    List<String> messages =
        List.of(
            message("ping", "a", ""),
            message("log-level", "b", ",\"args\":{\"level\":\"debug\",\"seconds\":60}"),
            message("config", "c", ",\"args\":{\"patch\":{\"modbus\":{\"max_clients\":2}}}"),
            message("config", "c", ",\"args\":{\"patch\":{\"access\":{\"reading_open\":true}}}"),
            message("update", "d", url),
            message("format", "e", ""),
            message("reboot", "f", "") + "\n" + message("reboot", "f", ""),
            message("reboot", "1", "") + "\n" + message("reboot", "2", ",\"nonce\":\"NONCE\""),
            message("factory-reset", "g", "")
                + "\n"
                + message("factory-reset", "h", ",\"nonce\":\"NONCE\""),
            message("restart", "i", ",\"sig\":\"" + "A".repeat(86) + "==\""));
    return messages.stream()
        .flatMap(each -> Stream.of(0, 2, 6, 14, 1).map(how -> (char) (int) how + each))
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }
}
