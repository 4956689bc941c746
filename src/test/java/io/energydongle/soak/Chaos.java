// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.soak.GatewayFaults.Fault;
import io.energydongle.soak.Trouble.Loss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets one fault after the other happen, in an order drawn by seed, until the end; waits after each
 * until everything is well again, and notes how long that took. A thread of its own.
 */
final class Chaos {

  /** Growth can only be seen in long lives. */
  private static final int KILLS_EVERY_DECKS = 3;

  private static final Duration BROKER_RECOVERY_MAX = Duration.ofSeconds(150);

  private final String name;
  private final List<Site> sites;
  private final List<Fault> faults;
  private final SplittableRandom random;
  private final Report report;
  private final Thread thread;
  private volatile boolean closed;

  Chaos(String name, List<Site> sites, List<Fault> faults, Report report, SplittableRandom random) {
    this.name = name;
    this.sites = List.copyOf(sites);
    this.faults = List.copyOf(faults);
    this.report = report;
    this.random = random;
    thread = new Thread(this::run, "chaos " + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    List<Fault> deck = new ArrayList<>();
    int decks = 0;
    try {
      while (!closed) {
        if (deck.isEmpty()) {
          deck.addAll(faults);
          boolean mayKill = decks % KILLS_EVERY_DECKS == 0;
          decks++;
          deck.removeIf(fault -> fault.name().equals(GatewayFaults.KILL) && !mayKill);
        }
        Fault fault = deck.remove(random.nextInt(deck.size()));
        boolean fast = random.nextInt(4) > 0;
        sites.forEach(site -> site.meter.beFast(fast));
        happen(fault);
        Thread.sleep(1_000 + random.nextInt(3_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      report.violation("chaos " + name, "a fault could not be made: " + e);
    }
  }

  private void happen(Fault fault) throws Exception {
    report.fault(fault.name());
    report.say("%-5s %s", name, fault.name());
    sites.forEach(site -> site.trouble.begins(fault.losses()));
    try {
      fault.deed().run();
      long over = System.nanoTime();
      awaitWell(fault, over);
    } finally {
      sites.forEach(site -> site.trouble.over(fault.losses()));
    }
  }

  private void awaitWell(Fault fault, long since) throws InterruptedException {
    boolean broker = fault.losses().contains(Loss.BROKER);
    for (Site site : sites) {
      if (!broker) {
        boolean well = await(site.seenByModbus, since, fault.recoveryMax());
        note(site, fault.name(), since, well);
        well = await(site.seenByBrowser, since, fault.recoveryMax());
        note(site, fault.name() + ", page", since, well);
      }
      if (broker || fault.name().equals(GatewayFaults.KILL)) {
        boolean well = await(site.seenByBroker, since, BROKER_RECOVERY_MAX);
        // A kill is not to blame for a broker that is away.
        if (broker || site.trouble.noneSince(Loss.BROKER, since)) {
          note(site, fault.name() + ", MQTT", since, well);
        }
      }
    }
  }

  private void note(Site site, String fault, long since, boolean well) {
    double seconds = (System.nanoTime() - since) / 1e9;
    if (well) {
      report.recovered(fault, seconds);
    } else if (!closed) {
      report.violation(site.name(), "expected values soon after " + fault + ", none came");
    }
  }

  /** Waits for a telegram that was sent since. */
  private boolean await(AtomicLong seen, long since, Duration most) throws InterruptedException {
    while (seen.get() == Long.MIN_VALUE || seen.get() - since < 0) {
      if (System.nanoTime() - since > most.toNanos() || closed) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  /** Begins no more faults, and waits for the end of this one. */
  void end() throws InterruptedException {
    closed = true;
    thread.join(40_000);
  }
}
