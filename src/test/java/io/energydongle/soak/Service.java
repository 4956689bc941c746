// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.testkit.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that is started again a tenth of a second after it ended, as its unit has systemd do,
 * always on the same ports and the same state. Its wall clock can be set.
 */
final class Service implements AutoCloseable {

  /** Debian's libfaketime; without it clocks are not stepped. */
  private static final Path FAKETIME =
      Path.of(
          "/usr/lib/"
              + System.getProperty("os.arch").replace("amd64", "x86_64")
              + "-linux-gnu/faketime/libfaketimeMT.so.1");

  private static final long RESTART_MILLIS = 100;
  private static final long CLOCK_SETTLES_NANOS = 2_000_000_000L;

  private final Path dir;
  private final String name;
  private final Report report;
  private final List<String> command = new ArrayList<>();
  private final int modbusPort = Gateway.freePort();
  private final int httpPort = Gateway.freePort();
  private final Thread thread;
  private volatile @Nullable Process process;
  private volatile boolean expected;
  private volatile boolean closed;
  private volatile long clockTrueNanos;
  private final AtomicInteger starts = new AtomicInteger();

  /** Prepares one that reads a line. */
  Service(Path dir, String name, Path meterPort, Path identity, Report report) throws IOException {
    this.dir = dir;
    this.name = name;
    this.report = report;
    Path board =
        Files.writeString(
            dir.resolve("board.toml"),
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
            [network]
            control = "none"
            [identity]
            dir = "%s"
            """
                .formatted(meterPort, httpPort, modbusPort, identity));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Gateway.SERVICE_OPTIONS);
    command.addAll(List.of("-jar", Gateway.JAR.toString(), "run", "--board", board.toString()));
    command.addAll(List.of("--state", state().toString()));
    Path programs = Files.createDirectories(dir.resolve("bin"));
    Path time = Files.writeString(programs.resolve("timedatectl"), "#!/bin/sh\ncat " + answer());
    Files.setPosixFilePermissions(
        time, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    setClock(0);
    thread = new Thread(this::serve, "service " + name);
    thread.setDaemon(true);
  }

  /** Where it keeps what it has to remember. */
  Path state() {
    return dir.resolve("state");
  }

  /** What it writes. */
  Path log() {
    return dir.resolve("log");
  }

  private Path answer() {
    return dir.resolve("synchronised");
  }

  /** Starts, for ever. */
  void start() {
    thread.start();
  }

  int modbusPort() {
    return modbusPort;
  }

  int httpPort() {
    return httpPort;
  }

  /** How often it was started. */
  int starts() {
    return starts.get();
  }

  /** The process that runs now; 0 without one. */
  long pid() {
    Process running = process;
    return running != null && running.isAlive() ? running.pid() : 0;
  }

  /** True when it has opened that device. */
  boolean holds(Path device) {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
      for (Path each : (Iterable<Path>) open::iterator) {
        if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).equals(device)) {
          return true;
        }
      }
      return false;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  /** Whether clocks can be stepped on this machine. */
  static boolean hasClock() {
    return Files.exists(FAKETIME);
  }

  /** Sets its wall clock so many seconds beside the true time, within a second. */
  void setClock(long seconds) throws IOException {
    clockTrueNanos = seconds == 0 ? System.nanoTime() + CLOCK_SETTLES_NANOS : Long.MAX_VALUE;
    replace(dir.resolve("clock"), String.format("%+d", seconds));
    replace(answer(), seconds == 0 ? "yes\n" : "no\n");
  }

  /** True when its clock is that of this machine and was since that moment. */
  boolean clockIsTrueSince(long nanos) {
    return clockTrueNanos != Long.MAX_VALUE && clockTrueNanos - nanos < 0;
  }

  private static void replace(Path file, String text) throws IOException {
    Path whole = Files.writeString(Path.of(file + ".new"), text);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Ends it as {@code kill -9}; it comes back by itself. */
  void kill() {
    Process running = process;
    if (running != null) {
      expected = true;
      running.destroyForcibly();
    }
  }

  /** Sends it a signal, such as {@code STOP}. */
  void signal(String signal) throws IOException, InterruptedException {
    long pid = pid();
    if (pid != 0) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    }
  }

  private void serve() {
    try {
      while (!closed) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        builder.environment().merge("PATH", "", (path, none) -> dir.resolve("bin") + ":" + path);
        if (hasClock()) {
          fakeClock(builder);
        }
        Process running = builder.start();
        starts.incrementAndGet();
        process = running;
        int status = running.waitFor();
        removeSharedMemory(running.pid());
        if (!expected && !closed) {
          report.violation(name, "expected a process that runs, it ended with status " + status);
        }
        expected = false;
        TimeUnit.MILLISECONDS.sleep(RESTART_MILLIS);
      }
    } catch (IOException e) {
      report.violation(name, "could not be started: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Only the wall clock: what the gateway measures with the monotonic one stays true. */
  private void fakeClock(ProcessBuilder builder) {
    builder.environment().put("LD_PRELOAD", FAKETIME.toString());
    builder.environment().put("FAKETIME_TIMESTAMP_FILE", dir.resolve("clock").toString());
    builder.environment().put("FAKETIME_CACHE_DURATION", "1");
    builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    builder.environment().put("DONT_FAKE_MONOTONIC", "1");
    // Otherwise waiting threads of a JVM would wake up at once, again and again.
    builder.environment().put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    builder.environment().put("NO_FAKE_STAT", "1");
  }

  /** What the library leaves behind when its process is killed. */
  private static void removeSharedMemory(long pid) throws IOException {
    Files.deleteIfExists(Path.of("/dev/shm/faketime_shm_" + pid));
    Files.deleteIfExists(Path.of("/dev/shm/sem.faketime_sem_" + pid));
  }

  @Override
  public void close() {
    closed = true;
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(5, TimeUnit.SECONDS)) {
        running.destroyForcibly();
        report.violation(name, "did not stop within 5 s of SIGTERM");
      }
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running.destroyForcibly();
    }
  }
}
