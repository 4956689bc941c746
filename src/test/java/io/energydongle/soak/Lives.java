// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at the process of a gateway once a second, and judges each of its lives at its end. */
final class Lives {

  /** Far more than the limits of the log allow; a flood is millions. */
  private static final long LOG_BYTES_PER_LOOK_MAX = 64 * 1024;

  private final Site site;
  private long pid;
  private long logBytes;
  private Growth growth = new Growth();
  private Map<String, String> kept = Map.of();

  Lives(Site site) {
    this.site = site;
  }

  /** Looks once. */
  void look() throws IOException {
    lookAtLog();
    long now = site.service.pid();
    if (now != pid) {
      end();
      pid = now;
    }
    lookAtRandom();
    Optional<Growth.Sample> sample = now == 0 ? Optional.empty() : Growth.Sample.of(now);
    sample.ifPresent(seen -> growth.add(seen, site.trouble.calm()));
  }

  /**
   * The JVM reads random numbers from descriptors that nobody closes, ever. If one of them becomes
   * something else, somebody has closed a descriptor twice, and keys are made of anything.
   */
  private void lookAtRandom() throws IOException {
    Map<String, String> now = random();
    if (now.isEmpty()) {
      return; // It has none yet, or none any more because it ends.
    }
    for (Map.Entry<String, String> each : kept.entrySet()) {
      if (!each.getValue().equals(now.get(each.getKey()))) {
        site.wrong("process " + pid, "expected " + each + " to stay open, it was closed");
      }
    }
    kept = now;
  }

  private Map<String, String> random() throws IOException {
    Map<String, String> found = new HashMap<>();
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path each : (Iterable<Path>) open::iterator) {
        String device = Files.isSymbolicLink(each) ? Files.readSymbolicLink(each).toString() : "";
        if (device.endsWith("random")) {
          found.put(each.getFileName().toString(), device);
        }
      }
    } catch (NoSuchFileException | NotLinkException | UncheckedIOException e) {
      // It has just ended, or a file of it has.
      return Map.of();
    }
    return found;
  }

  private void lookAtLog() throws IOException {
    Path log = site.service.log();
    long now = Files.exists(log) ? Files.size(log) : 0;
    if (now - logBytes > LOG_BYTES_PER_LOOK_MAX) {
      site.wrong("log", "expected some lines in a second, came " + (now - logBytes) + " bytes");
    }
    logBytes = now;
  }

  /** Whatever has a stack trace was foreseen by nobody. */
  void readLog() throws IOException {
    String before = "";
    for (String line : Files.readAllLines(site.service.log())) {
      if (line.startsWith("\tat ") && !before.startsWith("\tat ")) {
        site.wrong("log", "expected no stack trace, came one of " + before);
      }
      before = line;
    }
  }

  /** Judges the life that has ended. */
  void end() {
    if (pid != 0) {
      site.report.life(site.name() + " process " + pid + ", " + growth);
      if (growth.canJudge()) {
        growth.faults().forEach(fault -> site.wrong("process " + pid, fault));
      }
    }
    growth = new Growth();
    kept = Map.of();
    pid = 0;
  }
}
