// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.soak.Growth.Sample;
import org.junit.jupiter.api.Test;

class GrowthTest {

  private static Growth life(int seconds, double rssEach, double threadsEach, double filesEach) {
    Growth growth = new Growth();
    for (int second = 0; second < seconds; second++) {
      growth.add(
          new Sample(
              100_000 + (long) (second * rssEach),
              30 + (long) (second * threadsEach),
              10,
              60 + (long) (second * filesEach)),
          true);
    }
    return growth;
  }

  @Test
  void what_stays_the_same_is_no_growth() {
    assertThat(life(600, 1, 0, 0).faults()).isEmpty();
  }

  @Test
  void a_leak_of_memory_of_threads_and_of_descriptors_is_noticed() {
    assertThat(life(600, 100, 0, 0).faults()).singleElement().asString().contains("memory");
    assertThat(life(600, 0, 0.02, 0).faults()).singleElement().asString().contains("threads");
    assertThat(life(600, 0, 0, 0.05).faults()).singleElement().asString().contains("descriptors");
  }

  @Test
  void more_threads_than_the_pool_of_the_page_may_have_are_noticed_even_during_a_fault() {
    Growth growth = life(600, 0, 0, 0);
    growth.add(new Sample(100_000, 30, 32, 60), false);
    assertThat(growth.faults()).singleElement().asString().contains("threads of the page");
  }

  @Test
  void a_short_life_and_the_time_of_faults_say_nothing() {
    assertThat(life(60, 100, 0, 0).canJudge()).isFalse();
    Growth growth = new Growth();
    for (int second = 0; second < 600; second++) {
      boolean calm = second % 2 == 0;
      growth.add(new Sample(100_000, 30, 10, calm ? 60 : 500), calm);
    }
    assertThat(growth.canJudge()).isTrue();
    assertThat(growth.faults()).isEmpty();
  }
}
