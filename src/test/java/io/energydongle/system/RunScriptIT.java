// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Gateway;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./run} in a folder where it has never run, with the JAR already built. */
class RunScriptIT {

  @TempDir private Path dir;

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void copy(String file) throws IOException {
    Files.createDirectories(dir.resolve(file).getParent());
    Files.copy(Path.of(file), dir.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void the_first_start_prints_a_password_that_logs_in() throws Exception {
    for (String file :
        List.of("run", "tools/setup.sh", "config/jvm.options", "pom.xml", "LICENSE", "NOTICE")) {
      copy(file);
    }
    Files.createDirectories(dir.resolve("src/main"));
    int web = freePort();
    Path desk = dir.resolve("config/desk.toml");
    Files.createDirectories(desk.getParent());
    Files.writeString(
        desk,
        Files.readString(Path.of("config/desk.toml"))
            .replace("port = 8080", "port = " + web)
            .replace("port = 5020", "port = " + freePort()));
    Files.createDirectories(dir.resolve("target"));
    Files.copy(Gateway.JAR, dir.resolve("target/energy-dongle.jar"));

    Path log = dir.resolve("log");
    Process run =
        new ProcessBuilder(dir.resolve("run").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !run.isAlive() || Files.readString(log).contains("web page on"));
      String printed = Files.readString(log);
      assertThat(run.isAlive()).as(printed).isTrue();
      String password = printed.replaceFirst("(?s).*password (\\S+).*", "$1");
      assertThat(password).hasSize(20);
      int status =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web + "/api/v1/login"))
                      .header("Content-Type", "application/json")
                      .POST(BodyPublishers.ofString("{\"password\":\"" + password + "\"}"))
                      .build(),
                  BodyHandlers.discarding())
              .statusCode();
      assertThat(status).isEqualTo(204);
    } finally {
      run.destroy();
      assertThat(run.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
