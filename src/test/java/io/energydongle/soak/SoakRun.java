// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What {@code ./soak} runs. Its name keeps it out of {@code ./verify}. */
class SoakRun {

  private static final double MINUTES = Double.parseDouble(System.getProperty("soak.minutes", "5"));
  private static final long SEED = Long.getLong("soak.seed", 1L);

  @Test
  void everything_breaks_and_nothing_wrong_is_served() throws Exception {
    Path dir = Files.createTempDirectory("soak");
    Report report = new Soak(dir, SEED).run(Duration.ofMillis((long) (MINUTES * 60_000)));
    assertThat(report.violations()).as("seed %d; logs are in %s", SEED, dir).isEmpty();
    Soak.delete(dir);
  }
}
