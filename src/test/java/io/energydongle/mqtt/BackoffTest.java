// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Expected values: {@code platform.md} 1.2, "Supervisor". */
class BackoffTest {

  private static List<Duration> pauses(long seed, boolean slow) {
    Backoff backoff = new Backoff(Timing.PRODUCT, new Random(seed));
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      pauses.add(backoff.next(slow));
    }
    return pauses;
  }

  @Test
  void pauses_double_from_a_second_to_two_minutes_and_are_random_below_that() {
    Duration longest = Duration.ZERO;
    for (long seed = 0; seed < 200; seed++) {
      List<Duration> pauses = pauses(seed, false);
      for (int i = 0; i < pauses.size(); i++) {
        long bound = Math.min(120, 1L << Math.min(i, 10));
        assertThat(pauses.get(i)).isBetween(Duration.ofMillis(50), Duration.ofSeconds(bound));
        longest = pauses.get(i).compareTo(longest) > 0 ? pauses.get(i) : longest;
      }
    }
    assertThat(longest).isGreaterThan(Duration.ofSeconds(110));
  }

  @Test
  void after_a_refusal_it_waits_a_minute_at_least_and_fifteen_at_most() {
    for (long seed = 0; seed < 200; seed++) {
      assertThat(pauses(seed, true))
          .allMatch(pause -> pause.compareTo(Duration.ofSeconds(60)) >= 0)
          .allMatch(pause -> pause.compareTo(Duration.ofMinutes(15)) <= 0);
    }
  }

  @Test
  void a_good_time_makes_the_next_failure_the_first() {
    Backoff backoff = new Backoff(Timing.PRODUCT, new Random(3));
    for (int i = 0; i < 20; i++) {
      backoff.next(false);
    }
    backoff.reset();
    assertThat(backoff.next(false)).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }
}
