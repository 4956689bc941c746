// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A machine with a NetworkManager of its own, in namespaces; see {@code network/bench.sh}. */
public final class NetworkBench implements AutoCloseable {

  private final Process process;
  private final String board;
  private final String lan;
  private final List<Process> others = new ArrayList<>();

  private NetworkBench(Process process, String board, String lan) {
    this.process = process;
    this.board = board;
    this.lan = lan;
  }

  /** Why this machine cannot have one; empty when it can. */
  public static Optional<String> missing() throws IOException, InterruptedException {
    for (String program : List.of("NetworkManager", "nmcli", "dnsmasq", "ip", "dbus-daemon")) {
      if (Commands.run("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin command -v " + program).status()
          != 0) {
        return Optional.of(program + " is not installed");
      }
    }
    return Commands.run("unshare", "-m", "-n", "-u", "true").status() == 0
        ? Optional.empty()
        : Optional.of("no namespaces may be made here (not root?)");
  }

  /** Starts one. */
  public static NetworkBench start(Path dir) throws IOException {
    Process process =
        new ProcessBuilder(
                "unshare",
                "-m",
                "-n",
                "-u",
                "bash",
                Path.of("src/test/resources/network/bench.sh").toAbsolutePath().toString(),
                dir.toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("bench.log").toFile())
            .start();
    Path ready = dir.resolve("ready");
    await("NetworkManager runs, or see " + dir.resolve("bench.log"))
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(ready));
    String[] numbers = Files.readString(ready).strip().split(" ", 2);
    return new NetworkBench(process, numbers[0], numbers[1]);
  }

  /** Words that put a command onto the machine. */
  public List<String> onBoard() {
    return List.of("nsenter", "-t", board, "-m", "-n", "--");
  }

  /** Runs a shell command on the machine. */
  public Result board(String command) throws IOException, InterruptedException {
    return Commands.run("nsenter", "-t", board, "-m", "-n", "--", "sh", "-c", command);
  }

  /** Runs a shell command at the other end of the cable. */
  public Result lan(String command) throws IOException, InterruptedException {
    return Commands.run("nsenter", "-t", lan, "-n", "--", "sh", "-c", command);
  }

  /** Starts a DHCP server at the other end of the cable; it gives 192.168.10.20 to .99. */
  public Process dhcp(Path dir) throws IOException {
    Process dnsmasq =
        new ProcessBuilder(
                "nsenter",
                "-t",
                lan,
                "-n",
                "--",
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--interface=lan0",
                "--bind-interfaces",
                "--port=0",
                "--no-ping",
                "--user=root",
                "--log-dhcp",
                "--log-facility=" + dir.resolve("dhcp.log"),
                "--dhcp-range=192.168.10.20,192.168.10.99,1h",
                "--dhcp-option=3,192.168.10.1",
                "--dhcp-leasefile=" + dir.resolve("leases"))
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("dnsmasq.log").toFile())
            .start();
    others.add(dnsmasq);
    return dnsmasq;
  }

  @Override
  public void close() throws IOException {
    others.forEach(Process::destroy);
    process.getOutputStream().close();
    try {
      if (process.waitFor(10, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
