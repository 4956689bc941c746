// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.testkit.Broker;
import io.energydongle.testkit.Broker.Door;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.Subscriber;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fat JAR, a real broker and real settings: from the form to the subscriber. */
class MqttIT {

  private static final String STICKER = "k7m2p9x4w3t8r6zq5n2v";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path dir;
  private Gateway gateway;
  private String cookie = "";

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.httpPort() + "/api/v1" + path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .header("Cookie", cookie)
            .method(method, BodyPublishers.ofString(body));
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private void login() throws Exception {
    gateway.awaitLog("web page on");
    HttpResponse<String> login = send("POST", "/login", "{\"password\":\"" + STICKER + "\"}");
    cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  private static String section(Broker broker) throws Exception {
    ObjectNode section = JSON.createObjectNode();
    section.put("enabled", true);
    section.put("url", "mqtts://localhost:" + broker.port(Door.CERTIFICATE));
    section.put("site", "home");
    return section.toString();
  }

  @Test
  void settings_of_the_page_bring_readings_to_the_broker_and_a_kill_leaves_the_last_will()
      throws Exception {
    try (Broker broker = new Broker(Files.createDirectories(dir.resolve("broker")));
        Subscriber subscriber = new Subscriber(broker.port(Door.PLAIN))) {
      broker.identity(dir.resolve("identity"), "device");
      gateway = Gateway.startWithPage(dir, dir.resolve("state"), STICKER);
      login();
      HttpResponse<String> tried = send("POST", "/mqtt/test", section(broker));
      assertThat(tried.statusCode()).as(tried.body()).isEqualTo(200);
      assertThat(JSON.readTree(tried.body()).path("sentence").asText())
          .contains("let this device in");
      assertThat(send("PUT", "/settings/mqtt", section(broker)).statusCode()).isEqualTo(200);
      // Where no time server is at hand, the first try waits 90 s for one.
      await()
          .atMost(Duration.ofSeconds(130))
          .until(() -> subscriber.on("/data/telegram").size() >= 3);
      JsonNode reading = subscriber.on("/data/telegram").get(2).json();
      assertThat(reading.path("meter").path("kind").asText()).isEqualTo("p1");
      assertThat(reading.path("stale").asBoolean()).isFalse();
      assertThat(JSON.readTree(send("GET", "/status", "").body()).at("/mqtt/connected").asBoolean())
          .isTrue();
      gateway.process().destroyForcibly();
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(subscriber.on("/status"))
                      .last()
                      .satisfies(
                          will -> {
                            assertThat(will.json().path("state").asText()).isEqualTo("offline");
                            assertThat(will.json().path("reason").asText())
                                .isEqualTo("connection-lost");
                          }));
    }
  }
}
