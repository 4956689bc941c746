// SPDX-License-Identifier: Apache-2.0
package io.energydongle.button;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.button.PressTimer.Wish;
import io.energydongle.status.DeviceState.Press;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values: {@code platform.md} section 5, "Rules". */
class PressTimerTest {

  private static final long MILLI = 1_000_000L;

  /** The monotonic clock may be anywhere, also about to turn over. */
  private static long after(long millis) {
    return Long.MAX_VALUE - 1_000 * MILLI + millis * MILLI;
  }

  private final PressTimer timer = new PressTimer();

  @ParameterizedTest
  @CsvSource({
    "0, RECONNECT",
    "100, RECONNECT",
    "3900, RECONNECT",
    "3999, RECONNECT",
    "4000, FACTORY_RESET",
    "4100, FACTORY_RESET",
    "29999, FACTORY_RESET",
    "30000, NOTHING",
    "31000, NOTHING",
    "86400000, NOTHING",
  })
  void how_long_it_was_held_decides_when_it_is_let_go(long millis, Wish wish) {
    timer.pressed(after(0));
    assertThat(timer.released(after(millis))).isEqualTo(wish);
  }

  @ParameterizedTest
  @CsvSource({
    "0, SHORT",
    "3999, SHORT",
    "4000, RESETS_ON_RELEASE",
    "29999, RESETS_ON_RELEASE",
    "30000, NONE",
  })
  void while_it_is_held_it_is_known_what_letting_go_would_do(long millis, Press press) {
    timer.pressed(after(0));
    assertThat(timer.press(after(millis))).isEqualTo(press);
  }

  @Test
  void a_release_that_comes_first_was_a_press_from_before_the_start() {
    assertThat(timer.press(after(0))).isEqualTo(Press.NONE);
    assertThat(timer.released(after(0))).isEqualTo(Wish.NOTHING);
    timer.pressed(after(0));
    assertThat(timer.released(after(1))).isEqualTo(Wish.RECONNECT);
  }

  @Test
  void a_press_is_forgotten_when_the_button_is_lost() {
    timer.pressed(after(0));
    timer.forget();
    assertThat(timer.released(after(5_000))).isEqualTo(Wish.NOTHING);
  }

  @Test
  void a_second_press_without_a_release_does_not_shorten_the_first() {
    timer.pressed(after(0));
    timer.pressed(after(3_000));
    assertThat(timer.released(after(5_000))).isEqualTo(Wish.FACTORY_RESET);
  }
}
