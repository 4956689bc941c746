// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.ConfigException;
import io.energydongle.config.SecretForm;
import io.energydongle.config.Settings;
import io.energydongle.web.WebForFuzzing.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any body from somebody who has logged in, for every section of the settings, the backup and
 * whatever else takes JSON: it is taken, and then the disk holds what the answer says, or it is
 * refused with a reason for each fault, and nothing is changed. Never a fault.
 *
 * <p>An input begins with a byte that says where the rest goes.
 */
class HttpBodyFuzzTest {

  private static final List<String> ROUTES = routes();
  private static final Set<Integer> TAKEN = Set.of(200, 201, 202, 204);

  /** Refused; 501 is "not on this board". */
  private static final Set<Integer> REFUSED = Set.of(400, 401, 409, 413, 422, 501);

  private static @Nullable WebForFuzzing web;
  private String cookie = "";

  private static List<String> routes() {
    List<String> routes = new ArrayList<>();
    Settings.SECTIONS.forEach(section -> routes.add("PUT /settings/" + section));
    routes.add("PUT /backup");
    routes.add("PUT /password");
    routes.add("POST /tokens");
    routes.add("POST /login");
    routes.add("POST /modbus/templates");
    routes.add("POST /network/test");
    routes.add("POST /mqtt/test");
    routes.add("PUT /mqtt/certificate");
    routes.add("PUT /certificate");
    routes.add("POST /settings/access/check");
    return List.copyOf(routes);
  }

  private static synchronized WebForFuzzing web() {
    WebForFuzzing running = web;
    if (running == null) {
      running = new WebForFuzzing();
      web = running;
    }
    return running;
  }

  @DictionaryEntries({
    "\"set\"",
    "true",
    "false",
    "null",
    "\"\\ud83d\"",
    "\"\\u0000\"",
    "1e999",
    "-1",
    "[]",
    "{}",
    "\"product\":\"energy-dongle\"",
    "\"settings\":{",
    "\"schema\":1",
    "\"password\":\"",
    "\"name\":\"",
    "\"scope\":\"config\"",
    "\"toml\":\"id",
    "\"certificate\":\"",
    "\"key\":\"",
    "\"template\"",
    "\"https\":\"required\"",
    "mqtts://",
    "65536",
    "\"connection\":\"wifi\""
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void any_body_is_taken_as_it_stands_or_refused_with_a_reason(byte[] bytes) throws IOException {
    BugDetectors.allowNetworkConnections((host, port) -> host.equals("localhost"));
    WebForFuzzing web = web();
    web.reset();
    String route = ROUTES.get(bytes.length == 0 ? 0 : (bytes[0] & 0xFF) % ROUTES.size());
    byte[] body = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
    Answer answer = send(web, route, body);
    if (answer.status() == 401 && !route.endsWith("/login")) {
      // The session is over, or the password of the last input has ended it.
      cookie = login(web);
      answer = send(web, route, body);
    }
    WebForFuzzing.checkNoFault(answer, new String(bytes, StandardCharsets.UTF_8));
    if (TAKEN.contains(answer.status())) {
      checkSaved(web, route, answer);
    } else if (REFUSED.contains(answer.status())
        // So many wrong passwords make the next one wait.
        || (answer.status() == 429 && route.equals("POST /login"))) {
      checkReason(answer);
      check(web.settings.current().equals(Settings.DEFAULT), "refused, and yet changed");
    } else {
      throw new AssertionError(route + ": " + answer);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private Answer send(WebForFuzzing web, String route, byte[] body) throws IOException {
    web.pass(40);
    String[] words = route.split(" ", 2);
    return web.send(
        words[0],
        "/api/v1" + words[1],
        Map.of("Cookie", cookie, "Content-Type", "application/json"),
        body);
  }

  private String login(WebForFuzzing web) throws IOException {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("password", WebForFuzzing.STICKER);
    web.pass(600_000);
    Answer answer = send(web, "POST /login", body.toString().getBytes(StandardCharsets.UTF_8));
    check(answer.status() == 204, "cannot log in: " + answer);
    return answer
        .head()
        .lines()
        .filter(line -> line.startsWith("Set-Cookie: "))
        .map(line -> line.substring(12, line.indexOf(';')))
        .findFirst()
        .orElseThrow();
  }

  private static void checkSaved(WebForFuzzing web, String route, Answer answer)
      throws IOException {
    Settings now = web.settings.current();
    try {
      check(Settings.load(web.state).equals(now), route + " left something else on the disk");
    } catch (ConfigException e) {
      throw new AssertionError(route + " left what cannot be read", e);
    }
    if (route.startsWith("PUT /settings/")) {
      String section = route.substring("PUT /settings/".length());
      JsonNode expected = now.toJson(SecretForm.HIDDEN).path(section);
      JsonNode told = WebForFuzzing.JSON.readTree(answer.body());
      check(told.equals(WebForFuzzing.JSON.readTree(expected.toString())), "another one is told");
    } else if (!Set.of("PUT /backup", "PUT /password", "POST /tokens").contains(route)) {
      check(now.equals(Settings.DEFAULT), route + " changed the settings");
    }
  }

  private static void checkReason(Answer answer) throws IOException {
    JsonNode root = WebForFuzzing.JSON.readTree(answer.body());
    check(root.at("/error/code").asText().matches("[a-z0-9-]+"), "no code: " + answer);
    check(root.at("/error/message").asText().length() > 5, "no sentence: " + answer);
    for (JsonNode each : root.path("errors")) {
      check(each.path("message").asText().length() > 5, "no sentence: " + answer);
    }
  }

  static Stream<byte[]> seeds() {
    ObjectNode all = Settings.DEFAULT.toJson(SecretForm.PLAIN);
    List<byte[]> seeds = new ArrayList<>();
    for (String section : Settings.SECTIONS) {
      seeds.add(input("PUT /settings/" + section, all.path(section).toString()));
    }
    ObjectNode hidden = Settings.DEFAULT.toJson(SecretForm.HIDDEN);
    ObjectNode backup = JsonNodeFactory.instance.objectNode().put("product", "energy-dongle");
    backup.set("settings", hidden);
    seeds.add(input("PUT /backup", backup.toString()));
    seeds.add(input("PUT /backup", "{\"product\":\"energy-dongle\",\"settings\":{\"modbus\":{}}}"));
    seeds.add(
        input(
            "PUT /settings/network",
            "{\"connection\":\"wifi\",\"ssid\":\"Home\",\"wifi_password\":\"twelve letters\"}"));
    seeds.add(
        input(
            "PUT /settings/mqtt",
            "{\"enabled\":true,\"url\":\"mqtts://broker.example.com\",\"user\":\"u\",\"password\":"
                + "\"a secret\"}"));
    seeds.add(input("PUT /password", "{\"password\":\"ten letters and more\"}"));
    // Half a character, which is none.
    seeds.add(input("PUT /settings/mqtt", "{\"user\":\"\\ud83d\"}"));
    seeds.add(input("POST /tokens", "{\"name\":\"\\udc00\",\"scope\":\"read\"}"));
    seeds.add(input("PUT /password", "{\"password\":\"ten letters \\ud83d\"}"));
    seeds.add(input("POST /tokens", "{\"name\":\"evcc\",\"scope\":\"read\"}"));
    seeds.add(input("POST /login", "{\"password\":\"wrong\"}"));
    seeds.add(input("POST /modbus/templates", "{\"toml\":\"id = \\\"mine\\\"\"}"));
    seeds.add(input("POST /network/test", "{\"connection\":\"ethernet\"}"));
    seeds.add(input("POST /mqtt/test", "{\"url\":\"mqtt://broker\"}"));
    seeds.add(input("PUT /mqtt/certificate", "{\"certificate\":\"\"}"));
    seeds.add(input("PUT /certificate", "{\"certificate\":\"\",\"key\":\"\"}"));
    seeds.add(input("POST /settings/access/check", "{\"https\":\"required\"}"));
    return seeds.stream();
  }

  private static byte[] input(String route, String body) {
    return ((char) ROUTES.indexOf(route) + body).getBytes(StandardCharsets.UTF_8);
  }
}
