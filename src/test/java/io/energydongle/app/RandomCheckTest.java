// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.ProviderException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the log of a soak showed: {@code nextBytes() failed}, for ever. */
class RandomCheckTest {

  @Test
  void while_there_are_random_numbers_it_comes_again_after_a_minute() {
    assertThat(new RandomCheck(new SecureRandom()).run()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  @SuppressWarnings("serial")
  void without_random_numbers_the_process_ends_whatever_other_faults_are_forgiven() {
    SecureRandom lost =
        new SecureRandom() {
          @Override
          public int nextInt() {
            throw new ProviderException("nextBytes() failed");
          }
        };
    Housekeeping housekeeping =
        new Housekeeping(System::nanoTime)
            .add("making random numbers", Duration.ZERO, new RandomCheck(lost)::run);
    assertThatThrownBy(() -> housekeeping.run(new CountDownLatch(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no random numbers");
  }
}
