// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Memory, threads and file descriptors of one life of a process. Growth is the median of the last
 * third against that of the first, without the first seconds and without the time of faults. Not
 * thread safe.
 */
final class Growth {

  /** While code is being loaded and compiled, everything grows. */
  static final int WARM_UP_SAMPLES = 30;

  /** Shorter lives say nothing. */
  static final int SAMPLES_MIN = 90;

  /** What the JVM still takes after its warm-up: compiled code, a heap that reaches its size. */
  static final long RSS_KIB_GROWTH_MAX = 16 * 1024;

  static final long THREADS_GROWTH_MAX = 4;
  static final long PAGE_THREADS_MAX = 31;
  static final long DESCRIPTORS_GROWTH_MAX = 8;

  private static final int SAMPLES_MAX = 100_000;

  /**
   * What one look found.
   *
   * @param rssKiB resident memory, KiB.
   * @param threads all but those of the page.
   * @param pageThreads a pool that shrinks slowly after a crowd.
   */
  record Sample(long rssKiB, long threads, long pageThreads, long descriptors) {

    /** Looks at a process; empty when it has just ended. */
    static Optional<Sample> of(long pid) {
      Path proc = Path.of("/proc", Long.toString(pid));
      try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
        long rss = 0;
        for (String line : Files.readAllLines(proc.resolve("status"))) {
          if (line.startsWith("VmRSS:")) {
            rss = number(line);
          }
        }
        return rss == 0
            ? Optional.empty()
            : Optional.of(
                new Sample(rss, threads(proc, false), threads(proc, true), descriptors.count()));
      } catch (IOException | java.io.UncheckedIOException e) {
        return Optional.empty();
      }
    }

    private static long threads(Path proc, boolean ofPage) throws IOException {
      long count = 0;
      try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
        for (Path each : (Iterable<Path>) threads::iterator) {
          Path name = each.resolve("comm");
          boolean page = Files.exists(name) && Files.readString(name).startsWith("web-");
          count += page == ofPage ? 1 : 0;
        }
      }
      return count;
    }

    private static long number(String line) {
      return Long.parseLong(line.replaceAll("\\D+", ""));
    }
  }

  private final List<Sample> samples = new ArrayList<>();
  private int seen;
  private long pageThreadsMost;

  /** Takes a look, once a second; one during a fault only counts as time. */
  void add(Sample sample, boolean calm) {
    seen++;
    pageThreadsMost = Math.max(pageThreadsMost, sample.pageThreads);
    if (calm && seen > WARM_UP_SAMPLES && samples.size() < SAMPLES_MAX) {
      samples.add(sample);
    }
  }

  /** True when the life was long enough. */
  boolean canJudge() {
    return samples.size() >= SAMPLES_MIN;
  }

  /** Everything that grew too much; for a life that can be judged. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (pageThreadsMost > PAGE_THREADS_MAX) {
      faults.add("expected at most 31 threads of the page, came " + pageThreadsMost);
    }
    judge(faults, "KiB of memory", Sample::rssKiB, RSS_KIB_GROWTH_MAX);
    judge(faults, "threads", Sample::threads, THREADS_GROWTH_MAX);
    judge(faults, "file descriptors", Sample::descriptors, DESCRIPTORS_GROWTH_MAX);
    return faults;
  }

  private void judge(List<String> faults, String what, ToLongFunction<Sample> of, long most) {
    long first = median(0, of);
    long last = median(2, of);
    if (last - first > most) {
      faults.add(
          String.format(
              Locale.ROOT,
              "expected at most %d more %s than the %d at first, came %d",
              most,
              what,
              first,
              last));
    }
  }

  private long median(int third, ToLongFunction<Sample> of) {
    int length = samples.size() / 3;
    long[] sorted =
        samples.subList(third * length, (third + 1) * length).stream()
            .mapToLong(of)
            .sorted()
            .toArray();
    return sorted[sorted.length / 2];
  }

  @Override
  public String toString() {
    return canJudge()
        ? String.format(
            Locale.ROOT,
            "%d s: memory %d to %d KiB, threads %d to %d and at most %d of"
                + " the page, descriptors %d to %d",
            seen,
            median(0, Sample::rssKiB),
            median(2, Sample::rssKiB),
            median(0, Sample::threads),
            median(2, Sample::threads),
            pageThreadsMost,
            median(0, Sample::descriptors),
            median(2, Sample::descriptors))
        : seen + " s: too short to judge growth";
  }
}
