// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogLimiterTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final LogLimiter limiter = new LogLimiter();

  @Test
  void a_peer_gets_one_line_a_minute() {
    assertThat(limiter.allows("a", 0)).isTrue();
    assertThat(limiter.allows("a", MINUTE - 1)).isFalse();
    assertThat(limiter.allows("b", MINUTE - 1)).isTrue();
    assertThat(limiter.allows("a", MINUTE + 1)).isTrue();
  }

  @Test
  void all_peers_together_get_ten_lines_a_minute() {
    int lines = 0;
    for (int peer = 0; peer < 1000; peer++) {
      lines += limiter.allows("peer " + peer, 1) ? 1 : 0;
    }
    assertThat(lines).isEqualTo(10);
    assertThat(limiter.allows("late", MINUTE + 2)).isTrue();
  }
}
