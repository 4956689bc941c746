// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.soak.GatewayFaults.Fault;
import io.energydongle.soak.Trouble.Loss;
import io.energydongle.testkit.Broker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** What can happen to everything at once: the broker, the processor. */
final class HouseFaults {

  private static final Set<Loss> VALUES = EnumSet.of(Loss.VALUES, Loss.NEWCOMERS);
  private static final int BUSY_PROCESSES_PER_CORE = 2;

  private final Broker broker;
  private final List<Watcher> watchers;
  private final List<Site> sites;
  private final SplittableRandom random;

  HouseFaults(Broker broker, List<Site> sites, List<Watcher> watchers, SplittableRandom random) {
    this.broker = broker;
    this.sites = List.copyOf(sites);
    this.watchers = List.copyOf(watchers);
    this.random = random;
  }

  /** Everything that can happen here. */
  List<Fault> all() {
    // The longest pause between two tries, and a try.
    Duration broker = Duration.ofSeconds(150);
    Set<Loss> noBroker = EnumSet.of(Loss.BROKER);
    return List.of(
        new Fault("broker killed", noBroker, broker, this::killBroker),
        new Fault("broker frozen", noBroker, broker, this::freezeBroker),
        new Fault("no processor", VALUES, Duration.ofSeconds(30), this::starve));
  }

  private long draw(double leastSeconds, double mostSeconds) {
    return (long) (1_000 * random.nextDouble(leastSeconds, mostSeconds));
  }

  private void killBroker() throws Exception {
    Instant since = Instant.now();
    long sinceNanos = System.nanoTime();
    broker.kill();
    Thread.sleep(draw(2, 15));
    broker.start();
    watchers.forEach(watcher -> watcher.brokerWasAway(since, sinceNanos));
  }

  private void freezeBroker() throws Exception {
    broker.signal("STOP");
    try {
      Thread.sleep(draw(2, 15));
    } finally {
      broker.signal("CONT");
    }
  }

  /** Processes that only count, some seconds long. */
  private void starve() throws Exception {
    int count = BUSY_PROCESSES_PER_CORE * Runtime.getRuntime().availableProcessors();
    long millis = draw(1, 3);
    String seconds = Double.toString(millis / 1_000.0);
    List<Process> busy = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        busy.add(new ProcessBuilder("timeout", seconds, "sh", "-c", "while :; do :; done").start());
      }
      for (Process each : busy) {
        each.waitFor();
      }
    } finally {
      busy.forEach(Process::destroyForcibly);
    }
    sites.forEach(site -> site.trouble.paused(millis * 1_000_000L));
  }
}
