// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Looks at the process of a gateway once a second, and judges each of its lives at its end. */
final class Lives {

  /** Far more than the limits of the log allow; a flood is millions. */
  private static final long LOG_BYTES_PER_LOOK_MAX = 64 * 1024;

  private final Site site;
  private long pid;
  private long logBytes;
  private Growth growth = new Growth();

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
    Optional<Growth.Sample> sample = now == 0 ? Optional.empty() : Growth.Sample.of(now);
    sample.ifPresent(seen -> growth.add(seen, site.trouble.calm()));
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
    pid = 0;
  }
}
