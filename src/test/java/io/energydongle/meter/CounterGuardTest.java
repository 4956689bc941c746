// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import static io.energydongle.meter.CounterGuard.ABSENT;
import static io.energydongle.meter.CounterGuard.Verdict.BACKWARDS;
import static io.energydongle.meter.CounterGuard.Verdict.JUMP;
import static io.energydongle.meter.CounterGuard.Verdict.PLAUSIBLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.meter.CounterGuard.Verdict;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CounterGuardTest {

  private final CounterGuard guard = new CounterGuard(1000, 10);

  private Verdict at(int second, String owner, long... counters) {
    return guard.judge(owner, counters, TimeUnit.SECONDS.toNanos(second));
  }

  @Test
  void counters_that_grow_are_plausible() {
    assertThat(at(0, "a", 5, 7)).isEqualTo(PLAUSIBLE);
    assertThat(at(1, "a", 5, 7)).isEqualTo(PLAUSIBLE);
    assertThat(at(2, "a", 6, 9)).isEqualTo(PLAUSIBLE);
  }

  @Test
  void a_step_back_is_believed_when_three_sets_in_a_row_agree() {
    at(0, "a", 100);
    assertThat(at(1, "a", 50)).isEqualTo(BACKWARDS);
    assertThat(at(2, "a", 50)).isEqualTo(BACKWARDS);
    assertThat(at(3, "a", 51)).isEqualTo(PLAUSIBLE);
    assertThat(at(4, "a", 52)).isEqualTo(PLAUSIBLE);
  }

  @Test
  void sets_that_do_not_agree_begin_the_count_again() {
    at(0, "a", 100);
    assertThat(at(1, "a", 50)).isEqualTo(BACKWARDS);
    assertThat(at(2, "a", 40)).isEqualTo(BACKWARDS);
    assertThat(at(3, "a", 45)).isEqualTo(BACKWARDS);
    assertThat(at(4, "a", 45)).isEqualTo(PLAUSIBLE);
  }

  @Test
  void a_single_damaged_set_changes_nothing() {
    at(0, "a", 100);
    assertThat(at(1, "a", 1)).isEqualTo(BACKWARDS);
    assertThat(at(2, "a", 101)).isEqualTo(PLAUSIBLE);
    assertThat(at(3, "a", 1)).isEqualTo(BACKWARDS);
  }

  @Test
  void growth_beyond_what_the_time_allows_is_a_jump() {
    at(0, "a", 100);
    assertThat(at(10, "a", 100 + 1000 + 100)).isEqualTo(PLAUSIBLE);
    assertThat(at(20, "a", 1200 + 1000 + 101)).isEqualTo(JUMP);
  }

  @Test
  void another_meter_starts_afresh() {
    at(0, "a", 100);
    assertThat(at(1, "b", 3)).isEqualTo(PLAUSIBLE);
  }

  @Test
  void a_counter_that_is_absent_says_nothing() {
    at(0, "a", 100, ABSENT);
    assertThat(at(1, "a", ABSENT, 5)).isEqualTo(PLAUSIBLE);
  }

  @Test
  void without_a_growth_limit_any_growth_is_plausible() {
    CounterGuard unlimited = new CounterGuard();
    unlimited.judge("a", new long[] {1}, 0);
    assertThat(unlimited.judge("a", new long[] {Long.MAX_VALUE}, 1)).isEqualTo(PLAUSIBLE);
  }
}
