// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Gateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway tells systemd, heard by a listener of our own on the notification socket. */
class ServiceLifeIT {

  @TempDir private Path dir;

  private List<String> heard() throws IOException {
    return Files.readAllLines(dir.resolve("heard"));
  }

  @Test
  void it_says_when_it_is_ready_that_it_lives_and_that_it_stops() throws Exception {
    Path socket = dir.resolve("notify");
    Process listener =
        new ProcessBuilder("socat", "-u", "UNIX-RECV:" + socket, "STDOUT")
            .redirectOutput(dir.resolve("heard").toFile())
            .start();
    try {
      await().until(() -> Files.exists(socket));
      List<String> service =
          List.of("env", "NOTIFY_SOCKET=" + socket, "WATCHDOG_USEC=2000000", "INVOCATION_ID=1");
      long stopNanos;
      try (Gateway gateway = Gateway.start(service, dir, Path.of("/dev/null/none"))) {
        await()
            .atMost(Duration.ofSeconds(40))
            .until(() -> String.join("", heard()).contains("WATCHDOG=1WATCHDOG=1WATCHDOG=1"));
        assertThat(String.join("", heard())).startsWith("READY=1WATCHDOG=1");
        assertThat(gateway.log()).anyMatch(line -> line.contains("Modbus TCP listens"));
        stopNanos = System.nanoTime();
        gateway.process().destroy();
        assertThat(gateway.process().waitFor(2, TimeUnit.SECONDS)).isTrue();
        stopNanos = System.nanoTime() - stopNanos;
      }
      assertThat(Duration.ofNanos(stopNanos)).isLessThan(Duration.ofSeconds(2));
      await().until(() -> String.join("", heard()).endsWith("STOPPING=1"));
    } finally {
      listener.destroy();
    }
  }

  @Test
  void a_start_that_fails_says_why_and_ends_with_status_1() throws Exception {
    Path board = Files.writeString(dir.resolve("bad.toml"), "[modbus]\nport = 99999\n");
    Process process =
        new ProcessBuilder(
                "java", "-jar", Gateway.JAR.toString(), "run", "--board", board.toString())
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(told).contains("modbus.port");
  }
}
