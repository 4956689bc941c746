// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The soak for a minute, so that it works when it is needed. */
class SoakIT {

  @TempDir private Path dir;

  @Test
  void a_minute_of_faults_leaves_no_wrong_answer_and_everything_was_asked() throws Exception {
    Report report = new Soak(dir, 1).run(Duration.ofSeconds(60));
    assertThat(report.violations()).isEmpty();
    assertThat(report.faults()).as("kinds of faults").hasSizeGreaterThan(5);
    assertThat(report.answers.get()).as("answers").isGreaterThan(1_000);
    assertThat(report.telegrams.get()).as("telegrams").isGreaterThan(100);
  }
}
