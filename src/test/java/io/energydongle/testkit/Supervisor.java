// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does what the units of the package have systemd do: starts the release that {@code current} leads
 * to, for ever, with {@code systemd/select} before each start; and runs the part of root when a
 * request appears.
 */
public final class Supervisor implements AutoCloseable {

  private static final String SELECT = Path.of("systemd/select").toAbsolutePath().toString();
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Path dir;
  private final Path releases;
  private final int httpPort = Gateway.freePort();
  private final int modbusPort = Gateway.freePort();
  private final List<Thread> threads = new ArrayList<>();
  private volatile @Nullable Process gateway;
  private volatile boolean closed;

  /** Lays a first release and starts it. */
  public Supervisor(Path dir, Path jar, String version, String stickerKey, int trialSeconds)
      throws IOException {
    this.dir = dir;
    releases = dir.resolve("opt");
    Path first = Files.createDirectories(releases.resolve("releases").resolve(version));
    Files.copy(jar, first.resolve("energy-dongle.jar"));
    Files.copy(Path.of("config/jvm.options"), first.resolve("jvm.options"));
    Files.createDirectories(releases.resolve("update"));
    Files.createSymbolicLink(releases.resolve("current"), Path.of("releases", version));
    Files.writeString(
        Files.createDirectories(dir.resolve("identity")).resolve("admin-key"), stickerKey);
    Files.createDirectories(dir.resolve("state"));
    Files.writeString(
        dir.resolve("board.toml"),
        """
        [http]
        address = "127.0.0.1"
        port = %d
        https_port = 0
        [modbus]
        address = "127.0.0.1"
        port = %d
        [network]
        control = "none"
        [identity]
        dir = "%s"
        [update]
        dir = "%s"
        trial_s = %d
        steady_s = 2
        """
            .formatted(httpPort, modbusPort, dir.resolve("identity"), releases, trialSeconds));
    thread("service", this::serve);
    thread("path", this::watch);
  }

  private void thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  /** Port of the page. */
  public int httpPort() {
    return httpPort;
  }

  /** Port of Modbus. */
  public int modbusPort() {
    return modbusPort;
  }

  /** Version that {@code current} leads to. */
  public String current() throws IOException {
    return Files.readSymbolicLink(releases.resolve("current")).getFileName().toString();
  }

  /** Everything that was said. */
  public String log() throws IOException {
    return Files.readString(dir.resolve("log"));
  }

  private String options() {
    return "--board " + dir.resolve("board.toml") + " --state " + dir.resolve("state");
  }

  private void select(String word) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", SELECT, word);
    builder.environment().put("ENERGY_DONGLE_DIR", releases.toString());
    builder.environment().put("ENERGY_DONGLE_JAVA", JAVA);
    builder.environment().put("ENERGY_DONGLE_OPTIONS", options());
    builder.environment().put("ENERGY_DONGLE_RESTART", "touch " + dir.resolve("restart"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()));
    builder.start().waitFor();
  }

  private void serve() {
    try {
      while (!closed) {
        select("start");
        if (closed) {
          return;
        }
        Files.deleteIfExists(dir.resolve("restart"));
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.add("@" + releases.resolve("current/jvm.options"));
        command.add("-XX:SharedArchiveFile=" + releases.resolve("current/energy-dongle.jsa"));
        command.addAll(List.of("-Xshare:auto", "-jar"));
        command.add(releases.resolve("current/energy-dongle.jar").toString());
        command.add("run");
        command.addAll(List.of(options().split(" ", -1)));
        command.add("--simulate");
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
                .start();
        gateway = process;
        while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
          if (closed || Files.exists(dir.resolve("restart"))) {
            process.destroy();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    try {
      while (!closed) {
        if (Files.exists(dir.resolve("state/update/request"))) {
          select("request");
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      for (Thread thread : threads) {
        thread.join(10_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Process left = gateway;
    if (left != null) {
      left.destroyForcibly();
    }
  }
}
