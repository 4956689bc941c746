// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.testkit.RawModbus;
import io.energydongle.testkit.Releases;
import io.energydongle.testkit.Supervisor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one real release to another, and back by itself when the other one is no good. */
class UpdateIT {

  private static final String KEY = "k7m2-p9x4-w3t8-r6zq";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The archive of classes is made on the way, which takes a while on busy cores. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path dir;
  private final HttpClient client = HttpClient.newHttpClient();
  private Releases releases;
  private Supervisor supervisor;
  private String cookie = "";

  @BeforeEach
  void start() throws Exception {
    releases = new Releases(dir.resolve("releases"));
    supervisor = new Supervisor(dir, releases.jar("0.1.0", Releases.NONE), "0.1.0", KEY, 20);
    awaitRunning("0.1.0");
    login();
    assertThat(put("/api/v1/settings/meter", "{\"main_fuse_a\":35}").statusCode()).isEqualTo(200);
  }

  @AfterEach
  void stop() throws Exception {
    supervisor.close();
  }

  private void login() throws Exception {
    HttpResponse<String> answer =
        send(
            "POST",
            "/api/v1/login",
            "application/json",
            BodyPublishers.ofString("{\"password\":\"" + KEY + "\"}"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
    cookie = set.substring(0, set.indexOf(';'));
  }

  private HttpResponse<String> put(String path, String body) throws Exception {
    return send("PUT", path, "application/json", BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(String method, String path, String type, BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + supervisor.httpPort() + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode update() throws Exception {
    return JSON.readTree(send("GET", "/api/v1/update", "", BodyPublishers.noBody()).body());
  }

  /** Modbus has the values of a telegram, and the page says which version runs. */
  private void awaitRunning(String version) {
    await("release " + version + " serves")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(
            () -> {
              try (RawModbus modbus = new RawModbus(supervisor.modbusPort())) {
                return modbus.readFloat(0x8006) > 200
                    && update().path("installed").asText().equals(version);
              }
            });
  }

  private void install(Path release) throws Exception {
    HttpResponse<String> answer =
        send(
            "PUT",
            "/api/v1/update/file",
            "application/octet-stream",
            BodyPublishers.ofFile(release));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(JSON.readTree(answer.body()).path("state").asText()).isEqualTo("installing");
  }

  private void awaitState(String state) {
    await("update is " + state)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> update().path("state").asText().equals(state));
  }

  private int fuse() throws Exception {
    login();
    String settings = send("GET", "/api/v1/settings/meter", "", BodyPublishers.noBody()).body();
    return JSON.readTree(settings).path("main_fuse_a").asInt();
  }

  @Test
  void a_good_release_takes_over_with_the_settings_and_the_one_before_can_be_had_again()
      throws Exception {
    install(releases.pack(releases.jar("0.2.0", Releases.NONE)));
    awaitState("installed");
    assertThat(update().path("installed").asText()).isEqualTo("0.2.0");
    assertThat(update().path("previous").asText()).isEqualTo("0.1.0");
    awaitRunning("0.2.0");
    assertThat(fuse()).isEqualTo(35);
    assertThat(dir.resolve("opt/releases/0.2.0/energy-dongle.jsa")).exists();
    assertThat(send("POST", "/api/v1/update/go-back", "", BodyPublishers.noBody()).statusCode())
        .isEqualTo(202);
    awaitRunning("0.1.0");
    assertThat(update().path("state").asText()).isEqualTo("went-back");
    assertThat(fuse()).isEqualTo(35);
  }

  @Test
  void a_release_that_ends_at_once_gives_way_to_the_one_before() throws Exception {
    install(releases.pack(releases.jar("0.2.0", Releases.withoutMain())));
    awaitBack("None of its 3 starts lasted until it had proved itself.");
  }

  @Test
  void a_release_that_cannot_read_the_settings_leaves_them_alone_and_gives_way() throws Exception {
    install(
        releases.pack(
            releases.jar(
                "0.2.0",
                releases.patched(
                    "config/Settings.java",
                    "all.number(\"schema\", SCHEMA, 1, SCHEMA);",
                    "all.number(\"schema\", 2, 2, 2);"))));
    awaitBack("It cannot read the settings: schema: must be a whole number 2..2, is 1");
    assertThat(dir.resolve("state/settings.unreadable.json")).doesNotExist();
  }

  @Test
  void a_release_whose_modbus_does_not_run_gives_way_by_itself() throws Exception {
    install(
        releases.pack(
            releases.jar(
                "0.2.0",
                releases.patched(
                    "app/Daemon.java",
                    "modbusThread = start(\"modbus\", modbus);",
                    "modbusThread = start(\"modbus\", () -> {});"))));
    awaitBack("After 20 s: Modbus TCP does not answer.");
  }

  private void awaitBack(String reason) throws Exception {
    long begin = System.nanoTime();
    await("given up")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> supervisor.log().contains("telegram") && read("result").contains("failed"));
    awaitRunning("0.1.0");
    awaitState("failed");
    JsonNode state = update();
    assertThat(state.path("version").asText()).isEqualTo("0.2.0");
    assertThat(state.path("message").asText())
        .isEqualTo("Release 0.2.0 was given up, and 0.1.0 runs again. " + reason);
    assertThat(fuse()).isEqualTo(35);
    System.out.printf("back after %.1f s: %s%n", (System.nanoTime() - begin) / 1e9, reason);
  }

  private String read(String name) throws IOException {
    return Files.readString(dir.resolve("opt/update").resolve(name));
  }
}
