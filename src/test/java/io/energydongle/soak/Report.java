// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** What a run has seen. Thread safe; prints as it goes. */
final class Report {

  private static final int PRINTED_MAX = 50;

  /** Telegrams that meters have sent. */
  final AtomicLong telegrams = new AtomicLong();

  /** Seconds of the meters' own time. */
  final AtomicLong meterSeconds = new AtomicLong();

  /** Answers and messages that were judged. */
  final AtomicLong answers = new AtomicLong();

  /** Those among them that refused values, rightly. */
  final AtomicLong refusals = new AtomicLong();

  private final long seed;
  private final long startNanos = System.nanoTime();
  private final Map<String, Integer> faults = new TreeMap<>();
  private final Map<String, List<Double>> recoveries = new TreeMap<>();
  private final Set<String> violations = new LinkedHashSet<>();
  private long count;
  private final List<String> lives = new ArrayList<>();

  Report(long seed) {
    this.seed = seed;
  }

  /** Seconds since the start. */
  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /** Says a line. */
  synchronized void say(String format, Object... words) {
    String line = String.format(Locale.ROOT, format, words);
    System.out.printf(Locale.ROOT, "soak: %7.1f s  %s%n", seconds(), line);
  }

  /** Something was not as it must be. */
  synchronized void violation(String where, String what) {
    count++;
    if (violations.size() < PRINTED_MAX && violations.add(where + ": " + what)) {
      say("VIOLATION (seed %d) %s: %s", seed, where, what);
    }
  }

  /** A fault begins. */
  synchronized void fault(String kind) {
    faults.merge(kind, 1, Integer::sum);
  }

  /** Everything was well again so long after a fault. */
  synchronized void recovered(String kind, double seconds) {
    recoveries.computeIfAbsent(kind, k -> new ArrayList<>()).add(seconds);
  }

  /** What was judged of a process that has ended. */
  synchronized void life(String line) {
    lives.add(line);
  }

  /** What was wrong first, each thing once. */
  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /** Faults by kind. */
  synchronized Map<String, Integer> faults() {
    return Map.copyOf(faults);
  }

  /** Prints a table of recoveries, and the one line. */
  synchronized void summary(int meters) {
    recoveries.forEach(
        (kind, seconds) ->
            System.out.printf(
                Locale.ROOT,
                "soak: recovery  %-22s %3d times, median %5.1f s, max %5.1f s%n",
                kind,
                seconds.size(),
                seconds.stream().sorted().toList().get(seconds.size() / 2),
                max(seconds)));
    lives.forEach(line -> System.out.println("soak: life      " + line));
    String slowest = "none";
    double longest = -1;
    for (Map.Entry<String, List<Double>> each : recoveries.entrySet()) {
      if (max(each.getValue()) > longest) {
        longest = max(each.getValue());
        slowest = String.format(Locale.ROOT, "%.1f s (%s)", longest, each.getKey());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "soak: seed %d, %.1f min, %d meters, %,d s meter time, %,d telegrams, %,d answers"
            + " (%,d refusals), %d faults, %d violations, recovery max %s%n",
        seed,
        seconds() / 60,
        meters,
        meterSeconds.get(),
        telegrams.get(),
        answers.get(),
        refusals.get(),
        faults.values().stream().mapToInt(Integer::intValue).sum(),
        count,
        slowest);
  }

  private static double max(List<Double> seconds) {
    return seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}
