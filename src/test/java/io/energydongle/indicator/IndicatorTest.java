// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.config.BoardConfig;
import io.energydongle.status.DeviceState;
import io.energydongle.status.DeviceState.Press;
import io.energydongle.status.DeviceState.Stage;
import io.energydongle.testkit.FakeLeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The light step by step, with a clock that the test moves. */
class IndicatorTest {

  private static final long MILLI = 1_000_000L;

  private final List<String> written = new ArrayList<>();
  private boolean broken;
  private int finds;
  private DeviceState state = running(false, Press.NONE);
  private long now = -5_000 * MILLI;

  private final Indicator indicator = new Indicator(this::find, () -> state, () -> now);

  private static DeviceState running(boolean data, Press press) {
    return new DeviceState(Stage.RUNNING, data, true, true, press, false, false);
  }

  private StatusLed find() throws LightException {
    finds++;
    if (broken) {
      throw new LightException("The light was not found.");
    }
    return colour -> {
      if (broken) {
        throw new LightException("The light was not found.");
      }
      written.add((now / MILLI + 5_000) + " " + colour);
    };
  }

  /** Goes from step to step, as the thread would, until so many milliseconds have passed. */
  private void runFor(long millis) {
    long end = now + millis * MILLI;
    while (now < end) {
      now += Math.min(indicator.tick(now), end - now);
    }
  }

  @Test
  void it_writes_only_on_change_and_keeps_its_rhythm() {
    runFor(2_400);
    assertThat(written).containsExactly("0 RED", "500 GREEN", "1000 RED", "1500 GREEN", "2000 RED");
    written.clear();
    state = running(true, Press.NONE);
    runFor(60_000);
    assertThat(written).containsExactly("2400 GREEN");
    assertThat(indicator.status().state()).isEqualTo("normal");
    assertThat(indicator.status().colours()).isEqualTo("green");
  }

  @Test
  void a_change_shows_within_half_a_second_and_while_pressed_much_sooner() {
    state = running(true, Press.NONE);
    assertThat(indicator.tick(now)).isLessThanOrEqualTo(500 * MILLI);
    state = running(true, Press.SHORT);
    assertThat(indicator.tick(now)).isLessThanOrEqualTo(25 * MILLI);
  }

  @Test
  void a_missing_light_is_looked_for_every_five_seconds_and_taken_when_it_comes() {
    broken = true;
    runFor(20_100);
    assertThat(finds).isEqualTo(5);
    assertThat(indicator.status().fault()).hasValue("The light was not found.");
    assertThat(indicator.status().state()).isEqualTo("no-meter-data");
    broken = false;
    state = running(true, Press.NONE);
    runFor(5_300);
    assertThat(written).hasSize(1).allMatch(line -> line.endsWith(" GREEN"));
    assertThat(indicator.status().fault()).isEmpty();
  }

  @Test
  void a_light_that_comes_back_gets_its_colour_again() {
    state = running(true, Press.NONE);
    runFor(1_000);
    broken = true;
    state = running(false, Press.NONE);
    runFor(1_000);
    broken = false;
    state = running(true, Press.NONE);
    runFor(6_000);
    assertThat(written).hasSize(2).allMatch(line -> line.endsWith(" GREEN"));
  }

  @Test
  void the_light_is_left_red_when_the_program_stops(@TempDir Path dir) throws Exception {
    FakeLeds leds = new FakeLeds(dir);
    leds.add("r", 1);
    leds.add("g", 1);
    Indicator running =
        new Indicator(
            () -> KernelLed.find(new BoardConfig.Indicator(dir, "r", "g", "", "", "", false)),
            () -> running(true, Press.NONE),
            System::nanoTime);
    running.start();
    await().atMost(Duration.ofSeconds(10)).until(() -> leds.colour("r", "g").equals("green"));
    running.stop();
    assertThat(leds.colour("r", "g")).isEqualTo("red");
  }
}
