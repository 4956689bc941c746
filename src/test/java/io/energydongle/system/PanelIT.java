// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.testkit.FakeInput;
import io.energydongle.testkit.FakeLeds;
import io.energydongle.testkit.Gateway;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Light and button of the fat JAR: a folder with files like LEDs, and a named pipe. */
class PanelIT {

  private static final String STICKER = "k7m2-p9x4-w3t8-r6zq";
  private static final String RED = "energy-dongle:red";
  private static final String GREEN = "energy-dongle:green";
  private static final int KEY_PROG1 = 148;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir Path dir;

  private final HttpClient client = HttpClient.newHttpClient();
  private FakeLeds leds;
  private FakeInput button;
  private Gateway gateway;

  @BeforeEach
  void solder() throws Exception {
    leds = new FakeLeds(dir.resolve("leds"));
    leds.add(RED, 1);
    leds.add(GREEN, 1);
    button = new FakeInput(dir.resolve("input"), "energy-dongle-button");
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    button.close();
  }

  private void start(String scenario) throws Exception {
    gateway = Gateway.startWithPanel(dir, dir.resolve("state"), STICKER, leds, button, scenario);
    gateway.awaitLog("web page on");
  }

  private HttpResponse<String> send(String method, String path, String body, String cookie)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.httpPort() + "/api/v1" + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String login() throws Exception {
    String body = JSON.writeValueAsString(Map.of("password", STICKER));
    HttpResponse<String> answer = send("POST", "/login", body, "");
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private JsonNode status() {
    try {
      return JSON.readTree(send("GET", "/status", "", "").body());
    } catch (IOException e) {
      return JSON.createObjectNode();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitState(String state) {
    await("light " + state)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> status().at("/indicator/state").asText().equals(state));
  }

  /** Colours that the light shows until these have come; none beside them may. */
  private void awaitColours(String... expected) {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              seen.add(colour());
              return seen.containsAll(Set.of(expected));
            });
  }

  /** Both files are written one after the other, so a mixture is looked at twice. */
  private String colour() throws IOException {
    try {
      return leds.colour(RED, GREEN);
    } catch (IOException e) {
      return "";
    }
  }

  /** What the light has to show here: a host without an address has no network. */
  private static boolean hostHasAnAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .anyMatch(
            a -> a instanceof Inet4Address && !a.isLoopbackAddress() && !a.isLinkLocalAddress());
  }

  @Test
  void the_light_goes_green_when_all_is_well_and_red_when_the_program_stops() throws Exception {
    start("dsmr5-3phase");
    if (hostHasAnAddress()) {
      awaitState("normal");
      await().atMost(LIMIT).until(() -> colour().equals("green"));
    } else {
      awaitState("no-network");
      awaitColours("green", "orange");
    }
    assertThat(leds.read(RED, "trigger")).isEqualTo("none");
    assertThat(status().at("/actions/identify/available").asBoolean()).isTrue();
    assertThat(send("POST", "/actions/identify", "", login()).statusCode()).isEqualTo(202);
    awaitState("identify");
    awaitColours("green", "orange", "red");
    gateway.process().destroy();
    assertThat(gateway.process().waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(colour()).isEqualTo("red");
  }

  @Test
  void a_long_press_blinks_red_and_then_resets_to_factory_defaults() throws Exception {
    start("silence");
    awaitColours("red", hostHasAnAddress() ? "green" : "orange");
    String cookie = login();
    assertThat(send("PUT", "/settings/meter", "{\"main_fuse_a\":25}", cookie).statusCode())
        .isEqualTo(200);
    Path settings = dir.resolve("state/settings.json");
    assertThat(settings).exists();
    button.key(KEY_PROG1, 1);
    long pressed = System.nanoTime();
    awaitState("release-to-reset");
    assertThat(Duration.ofNanos(System.nanoTime() - pressed)).isGreaterThan(Duration.ofSeconds(4));
    assertThat(settings).exists();
    awaitColours("red", "off");
    button.key(KEY_PROG1, 0);
    gateway.awaitLog("factory reset: this is a new device again");
    await().atMost(LIMIT).until(() -> !Files.exists(settings));
    assertThat(send("GET", "/settings/meter", "", cookie).statusCode()).isEqualTo(401);
    assertThat(dir.resolve("identity/admin-key")).exists();
    button.key(KEY_PROG1, 1);
    button.key(KEY_PROG1, 0);
    gateway.awaitLog("button: connect again");
    assertThat(status().at("/button/presses").asInt()).isEqualTo(2);
  }

  @Test
  void the_copy_over_tcp_begins_and_ends_with_a_setting() throws Exception {
    start("dsmr5-3phase");
    String cookie = login();
    int port = Gateway.freePort();
    String on = "{\"copy_port\":" + port + "}";
    assertThat(send("PUT", "/settings/outputs", on, cookie).statusCode()).isEqualTo(200);
    await()
        .atMost(LIMIT)
        .until(() -> status().at("/copy/tcp/address").asText().equals("127.0.0.1:" + port));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      assertThat(socket.getInputStream().read()).isEqualTo('/');
      assertThat(status().at("/copy/tcp/clients/0/address").asText()).isEqualTo("127.0.0.1");
      assertThat(send("PUT", "/settings/outputs", "{}", cookie).statusCode()).isEqualTo(200);
      socket.getInputStream().readAllBytes();
    }
    assertThat(status().at("/copy/tcp/enabled").asBoolean()).isFalse();
  }

  @Test
  void a_board_without_light_and_button_serves_all_the_same_and_says_what_to_do() throws Exception {
    gateway = Gateway.startWithPage(dir, dir.resolve("state"), STICKER);
    gateway.awaitLog("The light was not found");
    gateway.awaitLog("The button");
    await()
        .atMost(LIMIT)
        .until(() -> status().at("/indicator/reason").asText().contains("config.txt"));
    assertThat(status().at("/indicator/available").asBoolean()).isFalse();
    assertThat(status().at("/button/available").asBoolean()).isFalse();
    assertThat(status().at("/actions/identify/reason").asText()).startsWith("The light was not");
    assertThat(status().at("/actions/reconnect/available").asBoolean()).isTrue();
    assertThat(status().at("/problems")).noneMatch(p -> p.asText().contains("light"));
  }
}
