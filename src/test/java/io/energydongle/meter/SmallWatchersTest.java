// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.testkit.Snapshots;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SmallWatchersTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private static MeterSnapshot apart(long watt) {
    return Snapshots.empty(0)
        .powerMilliWatt(OptionalLong.of(2_000_000), OptionalLong.empty())
        .phases(List.of(Snapshots.phase(230_000, 1_000, (2_000 - watt) * 1000)))
        .build();
  }

  @Test
  void phases_that_miss_the_total_in_most_of_sixty_telegrams_are_noticed() {
    PhaseSumCheck check = new PhaseSumCheck();
    for (int i = 0; i < 30; i++) {
      check.look(apart(201));
    }
    assertThat(check.lasting()).isFalse();
    check.look(apart(201));
    assertThat(check.lasting()).isTrue();
    for (int i = 0; i < 60; i++) {
      check.look(apart(200));
    }
    assertThat(check.lasting()).isFalse();
  }

  @Test
  void a_meter_without_phase_powers_has_nothing_to_add_up() {
    PhaseSumCheck check = new PhaseSumCheck();
    for (int i = 0; i < 100; i++) {
      check.look(
          Snapshots.empty(0)
              .powerMilliWatt(OptionalLong.of(2_000_000), OptionalLong.empty())
              .build());
    }
    assertThat(check.lasting()).isFalse();
  }

  @Test
  void the_error_rate_needs_some_telegrams_before_it_says_anything() {
    ErrorRate rate = new ErrorRate();
    for (int i = 0; i < 19; i++) {
      rate.rejected(0, 1);
    }
    assertThat(rate.percent(0)).isZero();
    rate.rejected(0, 1);
    assertThat(rate.percent(0)).isEqualTo(100);
  }

  @Test
  void the_error_rate_forgets_after_five_minutes() {
    ErrorRate rate = new ErrorRate();
    for (int i = 0; i < 50; i++) {
      rate.rejected(0, 1);
      rate.accepted(0, 1);
    }
    assertThat(rate.percent(0)).isEqualTo(50);
    for (int i = 0; i < 50; i++) {
      rate.accepted(2 * MINUTE, 1);
    }
    assertThat(rate.percent(2 * MINUTE)).isEqualTo(33);
    assertThat(rate.percent(5 * MINUTE)).isZero();
    assertThat(rate.percent(500 * MINUTE)).isZero();
  }
}
