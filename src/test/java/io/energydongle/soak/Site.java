// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.soak.Checker.Verdict;
import io.energydongle.soak.Trouble.Loss;
import io.energydongle.testkit.PtyPair;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A meter, its line, the gateway at the other end, and what has been seen of it. */
final class Site {

  /** Beyond the limit of age: what a busy machine may take to bring a telegram or an answer. */
  static final Duration TOLERANCE = Duration.ofSeconds(1);

  /** The gateway may have the last byte before the meter knows that it has written it. */
  private static final Duration CLOSE_CALL = Duration.ofMillis(200);

  /** Limit of a meter that sends every second or two; see docs/concepts/safe-behaviour.md. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  /** What the sticker says. */
  static final String STICKER = "k7m2p9x4w3t8r6zq5n2v";

  final SoakMeter kind;
  final Report report;
  final Ledger ledger = new Ledger();
  final Checker checker;
  final Trouble trouble = new Trouble(LIMIT);
  final Service service;
  final Meter meter;

  /** When the newest telegram began that a Modbus client, a browser and the broker have seen. */
  final AtomicLong seenByModbus = new AtomicLong(Long.MIN_VALUE);

  final AtomicLong seenByBrowser = new AtomicLong(Long.MIN_VALUE);
  final AtomicLong seenByBroker = new AtomicLong(Long.MIN_VALUE);

  private final Path dir;
  private final boolean mounted;
  private final List<AutoCloseable> clients = new ArrayList<>();
  private @Nullable PtyPair line;
  private @Nullable OutputStream meterEnd;

  /** A site whose gateway finds its identity in a folder, and its first settings in a text. */
  Site(
      Path dir,
      SoakMeter kind,
      Path identity,
      String settings,
      Report report,
      SplittableRandom random)
      throws IOException, InterruptedException {
    this.dir = Files.createDirectories(dir);
    this.kind = kind;
    this.report = report;
    checker = new Checker(kind, ledger);
    service = new Service(dir, name(), dir.resolve("gateway-end"), identity, report);
    Files.createDirectories(service.state());
    mounted = run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", service.state().toString());
    Files.writeString(service.state().resolve("settings.json"), settings);
    Files.writeString(identity.resolve("admin-key"), STICKER);
    meter = new Meter(kind, ledger, report, random);
    plug();
  }

  /** Name in what is printed. */
  String name() {
    return kind.name();
  }

  /** Whether the state is on a disk of its own, which can be filled. */
  boolean hasDisk() {
    return mounted;
  }

  /** Runs a program to its end; true when it went well. */
  static boolean run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return false;
    }
    return process.exitValue() == 0;
  }

  /** Adds somebody who asks until the end. */
  void add(AutoCloseable client) {
    clients.add(client);
  }

  /** Pulls the cable. */
  synchronized void unplug() throws IOException {
    meter.plug(null);
    if (line != null) {
      line.close();
      line = null;
    }
    if (meterEnd != null) {
      meterEnd.close();
      meterEnd = null;
    }
  }

  /**
   * Plugs it in again. The meter is heard once the gateway has opened the port: what a serial port
   * receives before is lost, while a pseudo terminal would keep it.
   */
  synchronized void plug() throws IOException {
    PtyPair pair = new PtyPair(dir);
    line = pair;
    meterEnd = pair.meter();
    Path device = pair.gatewayEnd().toRealPath();
    Thread opening = new Thread(() -> awaitOpen(device, pair), "port " + name());
    opening.setDaemon(true);
    opening.start();
  }

  private void awaitOpen(Path device, PtyPair pair) {
    try {
      while (!connect(service.holds(device), pair)) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** True when there is nothing more to wait for. */
  private synchronized boolean connect(boolean open, PtyPair pair) {
    if (open && line == pair) {
      meter.plug(meterEnd);
    }
    return open || line != pair;
  }

  /** Notes values that must not be old. */
  void fresh(String client, Said said, long askedNanos, long answeredNanos) {
    Duration most = trouble.mostLimit().plus(TOLERANCE).plus(trouble.pauses());
    note(client, checker.fresh(said, askedNanos, answeredNanos, most), seenByModbus);
  }

  /** Notes values that say how old they are. */
  void dated(
      String client, Said said, double age, boolean stale, long askedNanos, long answeredNanos) {
    Duration slack = TOLERANCE.plus(trouble.pauses());
    Verdict verdict = checker.dated(said, age, stale, askedNanos, answeredNanos, slack);
    note(client, verdict, seenByBrowser);
  }

  /** Notes values that may have been on their way for long. */
  void published(String client, Said said, AtomicLong seen) {
    note(client, checker.values(said, System.nanoTime()), seen);
  }

  private void note(String client, Verdict verdict, AtomicLong seen) {
    report.answers.incrementAndGet();
    verdict.fault().ifPresent(fault -> wrong(client, fault));
    if (verdict.fault().isEmpty()) {
      seen.accumulateAndGet(verdict.sentNanos(), Math::max);
    }
  }

  /** Notes that values were refused. */
  void refused(String client, long askedNanos, long answeredNanos) {
    report.answers.incrementAndGet();
    report.refusals.incrementAndGet();
    Duration least = trouble.leastLimit().minus(CLOSE_CALL);
    Duration delivery = Checker.DELIVERY.plus(trouble.pauses());
    Optional<String> fault = checker.refusal(askedNanos, answeredNanos, least, delivery);
    long since = askedNanos - Checker.DELIVERY.toNanos();
    if (fault.isPresent() && trouble.noneSince(Loss.VALUES, since)) {
      wrong(client, fault.get());
    }
  }

  /** Something is not as it must be. */
  void wrong(String client, String fault) {
    report.violation(name() + " " + client, fault);
  }

  /** Ends everything here. */
  void end() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    service.close();
    meter.close();
    unplug();
    if (mounted) {
      run("umount", "-l", service.state().toString());
    }
  }
}
