// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Commands;
import io.energydongle.testkit.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that may open nothing more, and visitors of its page. */
class NoDescriptorsIT {

  @TempDir private Path dir;

  private static Socket visitor(Gateway gateway) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.httpPort());
    socket.setSoTimeout(2_000);
    return socket;
  }

  private static String ask(Gateway gateway, Socket socket) throws IOException {
    String request =
        "GET /api/v1/reading HTTP/1.1\r\nHost: 127.0.0.1:" + gateway.httpPort() + "\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    byte[] answer = new byte[8_192];
    int count = socket.getInputStream().read(answer);
    return new String(answer, 0, Math.max(0, count), StandardCharsets.UTF_8);
  }

  private static void limit(Gateway gateway, long files) throws Exception {
    String pid = Long.toString(gateway.process().pid());
    assertThat(Commands.run("prlimit", "--pid", pid, "--nofile=" + files + ":4096").status())
        .isZero();
  }

  private static double cpuSeconds(Gateway gateway) {
    return gateway.process().info().totalCpuDuration().orElseThrow().toMillis() / 1000.0;
  }

  @Test
  void newcomers_wait_quietly_until_there_are_descriptors_and_those_inside_are_served()
      throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try (Gateway gateway = Gateway.startWithPage(dir, dir.resolve("state"), "k7m2p9x4w3t8r6zq")) {
      gateway.awaitLog("web page on");
      gateway.awaitLog("telegrams of a");
      try (Socket inside = visitor(gateway);
          var open = Files.list(Path.of("/proc/" + gateway.process().pid() + "/fd"))) {
        assertThat(ask(gateway, inside)).startsWith("HTTP/1.1 200");
        limit(gateway, open.count());
        double before = cpuSeconds(gateway);
        for (int i = 0; i < 20; i++) {
          waiting.add(visitor(gateway));
        }
        gateway.awaitLog("cannot take new connections to the page");
        Thread.sleep(3_000);
        assertThat(cpuSeconds(gateway) - before).as("no busy loop").isLessThan(1.5);
        assertThat(gateway.log()).noneMatch(line -> line.startsWith("\tat ")).hasSizeLessThan(30);
        assertThat(ask(gateway, inside)).startsWith("HTTP/1.1 200");
      }
      limit(gateway, 4_096);
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(
              () ->
                  assertThat(ask(gateway, waiting.get(waiting.size() - 1)))
                      .startsWith("HTTP/1.1 200"));
    } finally {
      for (Socket each : waiting) {
        each.close();
      }
    }
  }
}
