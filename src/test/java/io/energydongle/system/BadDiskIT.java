// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.RawModbus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, and one that can only be read: real file systems, the fat JAR on them. */
class BadDiskIT {

  private static final String STICKER = "k7m2p9x4w3t8r6zq5n2v";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path dir;
  private Path state;
  private Gateway gateway;
  private String cookie;

  @BeforeEach
  void start() throws Exception {
    state = Files.createDirectories(dir.resolve("state"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", state.toString()))
        .as("NOT TESTED: a full and a read-only disk, because mounting one needs root")
        .isZero();
    gateway = Gateway.startWithPage(dir, state, STICKER);
    gateway.awaitLog("web page on");
    HttpResponse<String> login = send("POST", "/login", "{\"password\":\"" + STICKER + "\"}");
    assertThat(login.statusCode()).isEqualTo(204);
    cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    assertThat(save(2).statusCode()).isEqualTo(200);
    await().until(() -> send("GET", "/reading", "").statusCode() == 200);
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    run("umount", "-l", state.toString());
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.httpPort() + "/api/v1" + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    if (cookie != null) {
      request.header("Cookie", cookie);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> save(int maxClients) throws Exception {
    return send("PUT", "/settings/modbus", "{\"max_clients\":" + maxClients + "}");
  }

  private void assertRefusedAndStillServing() throws Exception {
    HttpResponse<String> answer = save(7);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(507);
    assertThat(JSON.readTree(answer.body()).at("/error/code").asText()).isEqualTo("not-saved");
    assertThat(JSON.readTree(answer.body()).at("/error/message").asText())
        .contains("the earlier ones stay in force", "neither full nor read-only");
    assertThat(
            JSON.readTree(send("GET", "/settings/modbus", "").body()).path("max_clients").asInt())
        .isEqualTo(2);
    try (RawModbus client = new RawModbus(gateway.modbusPort())) {
      assertThat(client.readFloat(0x8006)).isBetween(200f, 260f);
    }
    assertThat(send("GET", "/reading", "").statusCode()).isEqualTo(200);
    assertThat(Files.readString(state.resolve("settings.json"))).contains("\"max_clients\" : 2");
  }

  @Test
  void on_a_full_disk_nothing_is_lost_and_everything_goes_on() throws Exception {
    Path filler = state.resolve("filler");
    run("dd", "if=/dev/zero", "of=" + filler, "bs=1k", "count=1000");
    assertRefusedAndStillServing();
    Files.delete(filler);
    assertThat(save(3).statusCode()).isEqualTo(200);
  }

  @Test
  void on_a_disk_that_can_only_be_read_nothing_is_lost_and_everything_goes_on() throws Exception {
    assertThat(run("mount", "-o", "remount,ro", state.toString())).isZero();
    assertRefusedAndStillServing();
    assertThat(run("mount", "-o", "remount,rw", state.toString())).isZero();
    assertThat(save(3).statusCode()).isEqualTo(200);
  }
}
