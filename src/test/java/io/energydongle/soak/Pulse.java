// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import java.util.List;

/**
 * Measures what else keeps this machine busy: a thread that wants to run ten times a second, and
 * sees how much later it does. What it waits too long, gateways and clients may have waited too.
 */
final class Pulse implements AutoCloseable {

  private static final long WANTED_NANOS = 100_000_000L;
  private static final long LATE_NANOS = 150_000_000L;

  private final List<Site> sites;
  private final Thread thread;
  private volatile boolean closed;
  private volatile long worstNanos;

  Pulse(List<Site> sites) {
    this.sites = List.copyOf(sites);
    thread = new Thread(this::run, "pulse");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        long start = System.nanoTime();
        Thread.sleep(WANTED_NANOS / 1_000_000L);
        long late = System.nanoTime() - start - WANTED_NANOS;
        if (late > LATE_NANOS) {
          sites.forEach(site -> site.trouble.paused(late));
        }
        worstNanos = Math.max(worstNanos, late);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The longest that this machine did nothing for us, in seconds. */
  double worstSeconds() {
    return worstNanos / 1e9;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
