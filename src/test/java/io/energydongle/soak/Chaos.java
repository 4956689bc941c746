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
    try {
      while (!closed) {
        if (deck.isEmpty()) {
          deck.addAll(faults);
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
      awaitWell(fault, over, fault.losses().contains(Loss.BROKER), fault.losses());
    } finally {
      sites.forEach(site -> site.trouble.over(fault.losses()));
    }
  }

  private void awaitWell(Fault fault, long since, boolean broker, java.util.Set<Loss> losses)
      throws InterruptedException {
    boolean brokerOnly = broker && !losses.contains(Loss.VALUES);
    for (Site site : sites) {
      boolean well = true;
      if (!brokerOnly) {
        well = await(site.seenByModbus, since, fault.recoveryMax());
        note(site, fault.name(), "Modbus", since, well);
        well = await(site.seenByBrowser, since, fault.recoveryMax());
        note(site, fault.name() + ", page", "the page", since, well);
      } else {
        well = await(site.seenByBroker, since, fault.recoveryMax());
        note(site, fault.name() + ", MQTT", "MQTT", since, well);
      }
    }
  }

  private void note(Site site, String fault, String what, long since, boolean well) {
    double seconds = (System.nanoTime() - since) / 1e9;
    if (well) {
      report.recovered(fault, seconds);
    } else if (!closed) {
      report.violation(
          site.name(), "expected values by " + what + " soon after: " + fault + ", none came");
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
