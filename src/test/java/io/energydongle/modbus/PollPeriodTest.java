// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PollPeriodTest {

  private final PollPeriod period = new PollPeriod();

  private long secondsAfter(double... requestSeconds) {
    for (double second : requestSeconds) {
      period.request((long) (second * 1e9));
    }
    return TimeUnit.NANOSECONDS.toSeconds(period.nanos());
  }

  @Test
  void is_not_known_before_the_second_request() {
    assertThat(secondsAfter(5)).isZero();
  }

  @Test
  void a_burst_of_requests_counts_as_one_poll() {
    assertThat(secondsAfter(0, 0.1, 0.2, 0.3, 30, 30.1, 30.2, 30.3, 60, 60.1)).isEqualTo(29);
  }

  @Test
  void a_client_that_becomes_faster_is_followed_within_four_minutes() {
    secondsAfter(0, 30, 60);
    for (int second = 61; second < 60 + 241; second++) {
      period.request(TimeUnit.SECONDS.toNanos(second));
    }
    assertThat(TimeUnit.NANOSECONDS.toSeconds(period.nanos())).isEqualTo(1);
  }
}
