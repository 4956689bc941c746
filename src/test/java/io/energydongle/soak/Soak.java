// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.testkit.Broker;
import io.energydongle.testkit.Broker.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Two sites, a broker, and everything that happens to them. */
final class Soak {

  private static final String SECOND_SERIAL = "EDTEST24";

  private final Path dir;
  private final SplittableRandom random;
  private final Report report;
  private final List<Site> sites = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private final List<Chaos> chaos = new ArrayList<>();
  private final List<Lives> lives = new ArrayList<>();
  private @Nullable Broker broker;
  private @Nullable Pulse pulse;

  Soak(Path dir, long seed) {
    this.dir = dir;
    random = new SplittableRandom(seed);
    report = new Report(seed);
  }

  /** Runs for so long; gives what was seen. */
  Report run(Duration length) throws Exception {
    Thread cleaner = new Thread(this::stop, "end");
    Runtime.getRuntime().addShutdownHook(cleaner);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, fault) -> report.violation(thread.getName(), "ended by " + fault));
    try {
      begin();
      long end = System.nanoTime() + length.toNanos();
      for (int second = 0; System.nanoTime() < end; second++) {
        Thread.sleep(1_000);
        for (Lives each : lives) {
          each.look();
        }
        if (second % 60 == 59) {
          report.say("%,d telegrams, %,d answers", report.telegrams.get(), report.answers.get());
        }
      }
      for (Chaos each : chaos) {
        each.end();
      }
      int minutes = watchers.stream().mapToInt(Watcher::end).sum();
      for (Lives each : lives) {
        each.end();
        each.readLog();
      }
      report.life(String.format("this machine was away for %.1f s at most", worstPause()));
      report.life(minutes + " minutes came after the broker was away");
    } finally {
      Runtime.getRuntime().removeShutdownHook(cleaner);
      stop();
    }
    report.summary(sites.size());
    return report;
  }

  private void begin() throws Exception {
    if (!Service.hasClock()) {
      report.say("NOT TESTED: steps of the clock, because libfaketime is not installed");
    }
    Broker made = new Broker(Files.createDirectories(dir.resolve("broker")));
    broker = made;
    Path first = made.identity(dir.resolve("identity-P1"), "device");
    Path second = Files.createDirectories(dir.resolve("identity-TIC"));
    Files.writeString(second.resolve("serial"), SECOND_SERIAL);
    Files.copy(first.resolve("broker-ca.pem"), second.resolve("broker-ca.pem"));
    String byName = ",\"user\":\"%s\",\"password\":\"%s\"".formatted(Broker.USER, Broker.PASSWORD);
    add(SoakMeter.P1, first, settings(made.port(Door.CERTIFICATE), ""), Broker.SERIAL);
    add(SoakMeter.TIC, second, settings(made.port(Door.PASSWORD), byName), SECOND_SERIAL);
    for (Site site : sites) {
      if (!site.hasDisk()) {
        report.say("NOT TESTED: a full disk, because mounting one needs root");
      }
      site.service.start();
    }
    awaitFirst();
    report.say("both gateways serve");
    for (int i = 0; i < sites.size(); i++) {
      Site site = sites.get(i);
      lives.add(new Lives(site));
      GatewayFaults faults = new GatewayFaults(site, watchers.get(i), random.split());
      chaos.add(new Chaos(site.name(), List.of(site), faults.all(), report, random.split()));
    }
    pulse = new Pulse(sites);
    HouseFaults faults = new HouseFaults(made, sites, watchers, random.split());
    chaos.add(new Chaos("house", sites, faults.all(), report, random.split()));
  }

  private static String settings(int port, String more) {
    return """
        {"modbus":{"max_clients":8,"units":"%s"},
         "mqtt":{"enabled":true,"url":"mqtts://localhost:%d","site":"soak"%s}}
        """
        .formatted(Master.UNITS, port, more);
  }

  private void add(SoakMeter kind, Path identity, String settings, String serial) throws Exception {
    Site site =
        new Site(dir.resolve(kind.name()), kind, identity, settings, report, random.split());
    site.trouble.begins(java.util.EnumSet.allOf(Trouble.Loss.class));
    sites.add(site);
    for (Master.Habit habit : Master.Habit.values()) {
      site.add(new Master(site, habit, random.split()));
    }
    site.add(new Browser(site, random.split()));
    String topics = "devices/soak/energy-dongle/" + serial;
    Broker at = java.util.Objects.requireNonNull(broker);
    Watcher watcher = new Watcher(site, at.port(Door.PLAIN), topics);
    site.add(watcher);
    watchers.add(watcher);
  }

  private void awaitFirst() throws InterruptedException {
    long patience = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    for (Site site : sites) {
      while (site.seenByModbus.get() == Long.MIN_VALUE
          || site.seenByBrowser.get() == Long.MIN_VALUE
          || site.seenByBroker.get() == Long.MIN_VALUE) {
        if (System.nanoTime() > patience) {
          throw new AssertionError(
              site.name() + " does not serve Modbus, page and MQTT within 90 s of its first start");
        }
        Thread.sleep(50);
      }
      site.trouble.over(java.util.EnumSet.allOf(Trouble.Loss.class));
    }
  }

  private double worstPause() {
    return pulse == null ? 0 : pulse.worstSeconds();
  }

  private void stop() {
    if (pulse != null) {
      pulse.close();
    }
    for (Site site : sites) {
      try {
        site.end();
      } catch (Exception e) {
        report.violation(site.name(), "could not be ended: " + e);
      }
    }
    if (broker != null) {
      broker.close();
    }
  }

  /** Deletes a folder with everything in it. */
  static void delete(Path dir) throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
