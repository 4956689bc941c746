// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.status.DeviceState;
import io.energydongle.status.DeviceState.Press;
import io.energydongle.status.DeviceState.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values: {@code product.md} M6.1 and M6.2, {@code platform.md} section 5. */
class PatternTest {

  private static DeviceState running(boolean data, boolean network, boolean served) {
    return new DeviceState(Stage.RUNNING, data, network, served, Press.NONE, false, false);
  }

  @ParameterizedTest
  @CsvSource({
    // data, network, served, colours
    "true, true, true, green",
    "false, true, true, red/green",
    "true, false, true, green/orange",
    "false, false, true, red/orange",
    // Nobody can fetch it: for the charger that is no network.
    "true, true, false, green/orange",
    "false, true, false, red/orange",
    "true, false, false, green/orange",
    "false, false, false, red/orange",
  })
  void the_table_of_the_manual_decides(
      boolean data, boolean network, boolean served, String colours) {
    assertThat(Pattern.of(running(data, network, served)).colours()).isEqualTo(colours);
  }

  @Test
  void booting_is_steady_red_whatever_else_is_known() {
    for (boolean fact : new boolean[] {true, false}) {
      DeviceState state =
          new DeviceState(Stage.BOOTING, fact, fact, fact, Press.NONE, false, false);
      assertThat(Pattern.of(state).colours()).isEqualTo("red");
    }
  }

  @Test
  void initialising_changes_its_colour_continuously() {
    Pattern pattern =
        Pattern.of(new DeviceState(Stage.INITIALISING, true, true, true, Press.NONE, false, false));
    assertThat(pattern.colours()).isEqualTo("red/orange/green");
    for (int millis = 0; millis < 3000; millis += 500) {
      assertThat(at(pattern, millis)).isNotEqualTo(at(pattern, millis + 500));
    }
  }

  private static Colour at(Pattern pattern, long millis) {
    return pattern.colourAt(Duration.ofMillis(millis).toNanos());
  }

  /** Times at which a pattern changes within two seconds, ms. */
  private static List<Integer> changes(Pattern pattern) {
    List<Integer> changes = new ArrayList<>();
    for (int millis = 1; millis <= 2000; millis++) {
      if (at(pattern, millis) != at(pattern, millis - 1)) {
        changes.add(millis);
      }
    }
    return changes;
  }

  @Test
  void faults_alternate_at_one_hertz() {
    for (Pattern pattern :
        List.of(Pattern.NO_METER_DATA, Pattern.NO_NETWORK, Pattern.NO_METER_DATA_NO_NETWORK)) {
      assertThat(changes(pattern)).containsExactly(500, 1000, 1500, 2000);
    }
  }

  @Test
  void a_button_held_long_enough_blinks_red_at_four_hertz_before_anything_else() {
    Pattern pattern =
        Pattern.of(
            new DeviceState(
                Stage.INITIALISING, true, true, true, Press.RESETS_ON_RELEASE, true, true));
    assertThat(pattern.colours()).isEqualTo("red/off");
    assertThat(changes(pattern)).hasSize(16).startsWith(125, 250, 375, 500);
  }

  @Test
  void a_button_held_for_a_moment_changes_nothing() {
    DeviceState state = new DeviceState(Stage.RUNNING, true, true, true, Press.SHORT, false, false);
    assertThat(Pattern.of(state)).isEqualTo(Pattern.NORMAL);
  }

  @Test
  void an_update_blinks_green_slowly_and_identify_cycles_through_all_colours() {
    Pattern updating =
        Pattern.of(new DeviceState(Stage.RUNNING, false, true, true, Press.NONE, true, false));
    assertThat(updating.colours()).isEqualTo("green/off");
    assertThat(changes(updating)).containsExactly(1000, 2000);
    Pattern identify =
        Pattern.of(new DeviceState(Stage.RUNNING, false, true, true, Press.NONE, true, true));
    assertThat(identify.colours()).isEqualTo("green/orange/red");
  }

  @Test
  void the_next_step_is_never_far_and_never_past() {
    for (Pattern pattern : Pattern.values()) {
      for (long nanos = 0; nanos < 2_000_000_000L; nanos += 7_654_321) {
        long next = pattern.nanosToNextStep(nanos);
        assertThat(next).isBetween(1L, 1_000_000_000L);
        assertThat(pattern.colourAt(nanos + next - 1)).isEqualTo(pattern.colourAt(nanos));
      }
    }
  }
}
