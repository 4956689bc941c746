// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import java.util.Optional;

/** Looks at the process of a gateway once a second, and judges each of its lives at its end. */
final class Lives {

  private final Site site;
  private long pid;
  private Growth growth = new Growth();

  Lives(Site site) {
    this.site = site;
  }

  /** Looks once. */
  void look() {
    long now = site.service.pid();
    if (now != pid) {
      end();
      pid = now;
    }
    Optional<Growth.Sample> sample = now == 0 ? Optional.empty() : Growth.Sample.of(now);
    sample.ifPresent(seen -> growth.add(seen, site.trouble.calm()));
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
