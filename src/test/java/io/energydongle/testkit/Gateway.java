// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The fat JAR as a process of its own. */
public final class Gateway implements AutoCloseable {

  /** The JAR that was just built. */
  public static final Path JAR = Path.of("target/energy-dongle.jar").toAbsolutePath();

  /** Options of the installed service. */
  public static final List<String> SERVICE_OPTIONS =
      List.of("@" + Path.of("config/jvm.options").toAbsolutePath());

  private final Process process;
  private final int modbusPort;
  private final int httpPort;
  private final Path log;

  private Gateway(Process process, int modbusPort, int httpPort, Path log) {
    this.process = process;
    this.modbusPort = modbusPort;
    this.httpPort = httpPort;
    this.log = log;
  }

  /** Starts a gateway with a page, the simulated meter, and its settings in {@code state}. */
  public static Gateway startWithPage(Path dir, Path state, String stickerKey) throws IOException {
    Path identity = Files.createDirectories(dir.resolve("identity"));
    Files.writeString(identity.resolve("admin-key"), stickerKey);
    return start(
        List.of(), dir, Path.of("/dev/null"), freePort(), identity, state, "", "--simulate");
  }

  /** The same with a light, a button, and a meter that plays a scenario. */
  public static Gateway startWithPanel(
      Path dir, Path state, String stickerKey, FakeLeds leds, FakeInput button, String scenario)
      throws IOException {
    Path identity = Files.createDirectories(dir.resolve("identity"));
    Files.writeString(identity.resolve("admin-key"), stickerKey);
    String panel =
        """
        [indicator]
        leds_dir = "%s"
        [button]
        input_dir = "%s"
        class_dir = "%s"
        """
            .formatted(leds.dir(), button.inputDir(), button.classDir());
    return start(
        List.of(),
        dir,
        Path.of("/dev/null"),
        freePort(),
        identity,
        state,
        panel,
        "--simulate=" + scenario);
  }

  /** Starts a gateway with a page that sets up the network of a test machine. */
  public static Gateway startOn(NetworkBench bench, Path dir, String stickerKey)
      throws IOException {
    Path identity = Files.createDirectories(dir.resolve("identity"));
    Files.writeString(identity.resolve("admin-key"), stickerKey);
    Path state = dir.resolve("state");
    String network = "[network]\ncontrol = \"nmcli\"\n";
    return start(
        bench.onBoard(),
        dir,
        Path.of("/dev/null"),
        freePort(),
        identity,
        state,
        network,
        "--simulate");
  }

  /** Starts a gateway on a free port of the loopback interface. */
  public static Gateway start(Path dir, Path meterPort, String... options) throws IOException {
    return start(List.of(), dir, meterPort, options);
  }

  /** Starts a gateway under another command, such as {@code prlimit}. */
  public static Gateway start(List<String> under, Path dir, Path meterPort, String... options)
      throws IOException {
    return start(under, dir, meterPort, 0, dir, dir.resolve("state"), "", options);
  }

  private static Gateway start(
      List<String> under,
      Path dir,
      Path meterPort,
      int httpPort,
      Path identity,
      Path state,
      String boardLines,
      String... options)
      throws IOException {
    int port = freePort();
    Path board =
        Files.writeString(
            dir.resolve("board-" + port + ".toml"),
            """
            [meter]
            port = "%s"
            [http]
            address = "127.0.0.1"
            port = %d
            https_port = 0
            [modbus]
            address = "127.0.0.1"
            port = %d
            [identity]
            dir = "%s"
            """
                    .formatted(meterPort, httpPort, port, identity)
                + (boardLines.contains("[network]") ? "" : "[network]\ncontrol = \"none\"\n")
                + boardLines);
    List<String> command = new ArrayList<>(under);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SERVICE_OPTIONS);
    command.addAll(List.of("-jar", JAR.toString(), "run", "--board", board.toString()));
    command.addAll(List.of("--state", state.toString()));
    command.addAll(List.of(options));
    Path log = dir.resolve("log-" + port);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Gateway(process, port, httpPort, log);
  }

  /** A TCP port that nobody listens on. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Port of its Modbus server on 127.0.0.1. */
  public int modbusPort() {
    return modbusPort;
  }

  /** Port of its page on 127.0.0.1; 0 without one. */
  public int httpPort() {
    return httpPort;
  }

  /** What it has logged so far. */
  public List<String> log() {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process. */
  public Process process() {
    return process;
  }

  /** Waits until a line of the log holds this text. */
  public void awaitLog(String text) {
    await("log line with: " + text)
        .atMost(Duration.ofSeconds(40))
        .until(() -> log().stream().anyMatch(line -> line.contains(text)));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("did not stop within 5 s of SIGTERM; log: " + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
