// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceptionTest {

  private static Reception every(long periodMillis) {
    return new Reception(Instant.EPOCH, 5_000, Duration.ofMillis(periodMillis));
  }

  /** Limits of {@code p1.md} section 7 and {@code modbus.md} section 3. */
  @ParameterizedTest
  @CsvSource({
    "1000, 5, 10",
    "1500, 5, 10",
    "2500, 7.5, 12.5",
    "5000, 15, 60",
    "10000, 30, 60",
    "20000, 60, 100"
  })
  void limits_follow_the_period_of_the_meter(
      long periodMillis, double staleSeconds, double withheldSeconds) {
    Reception reception = every(periodMillis);
    assertThat(reception.staleAfter().toMillis()).isEqualTo((long) (staleSeconds * 1000));
    assertThat(reception.withheldAfter().toMillis()).isEqualTo((long) (withheldSeconds * 1000));
  }

  @Test
  void a_reading_is_stale_after_its_limit_and_not_before() {
    Reception reception = every(1000);
    long limit = 5_000 + Duration.ofSeconds(5).toNanos();
    assertThat(reception.isStale(limit)).isFalse();
    assertThat(reception.isStale(limit + 1)).isTrue();
  }

  @Test
  void age_is_never_negative() {
    assertThat(every(1000).age(0)).isEqualTo(Duration.ZERO);
  }

  @Test
  void a_period_of_zero_is_refused() {
    assertThatThrownBy(() -> every(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
