// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.energydongle.config.BoardConfig;
import io.energydongle.testkit.FakeLeds;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as Linux Documentation/leds describes them, in a folder of the test. */
class KernelLedTest {

  @TempDir Path dir;

  private StatusLed find() throws LightException {
    return KernelLed.find(
        new BoardConfig.Indicator(dir, "box:red", "box:green", "box:rgb", "", "", false));
  }

  @Test
  void orange_is_red_plus_green_at_full_brightness_and_the_kernel_lets_go() throws Exception {
    FakeLeds leds = new FakeLeds(dir);
    leds.add("box:red", 1);
    leds.add("box:green", 255);
    StatusLed led = find();
    assertThat(leds.read("box:red", "trigger")).isEqualTo("none");
    led.show(Colour.ORANGE);
    assertThat(leds.read("box:red", "brightness")).isEqualTo("1");
    assertThat(leds.read("box:green", "brightness")).isEqualTo("255");
    led.show(Colour.GREEN);
    assertThat(leds.colour("box:red", "box:green")).isEqualTo("green");
    led.show(Colour.RED);
    assertThat(leds.colour("box:red", "box:green")).isEqualTo("red");
    led.show(Colour.OFF);
    assertThat(leds.colour("box:red", "box:green")).isEqualTo("off");
  }

  @Test
  void a_multicolour_led_goes_before_a_pair_and_its_parts_stand_in_any_order() throws Exception {
    FakeLeds leds = new FakeLeds(dir);
    leds.add("box:red", 1);
    leds.add("box:green", 1);
    leds.addMulticolor("box:rgb", 200, "blue green red");
    StatusLed led = find();
    assertThat(leds.read("box:rgb", "brightness")).isEqualTo("200");
    led.show(Colour.RED);
    assertThat(leds.read("box:rgb", "multi_intensity")).isEqualTo("0 0 200");
    led.show(Colour.ORANGE);
    assertThat(leds.read("box:rgb", "multi_intensity")).isEqualTo("0 200 200");
    led.show(Colour.GREEN);
    assertThat(leds.read("box:rgb", "multi_intensity")).isEqualTo("0 200 0");
    assertThat(leds.read("box:red", "trigger")).contains("[default-on]");
  }

  @Test
  void a_light_that_is_not_there_is_told_with_what_to_do() {
    assertThatThrownBy(this::find)
        .isInstanceOf(LightException.class)
        .hasMessageContaining("The light was not found: there is no " + dir.resolve("box:red"))
        .hasMessageContaining("config.txt");
  }

  @Test
  void a_light_that_vanishes_is_a_fault_and_is_not_made_up_as_a_file() throws Exception {
    FakeLeds leds = new FakeLeds(dir);
    leds.add("box:red", 1);
    leds.add("box:green", 1);
    StatusLed led = find();
    Files.delete(dir.resolve("box:red/brightness"));
    assertThatThrownBy(() -> led.show(Colour.RED)).isInstanceOf(LightException.class);
    assertThat(dir.resolve("box:red/brightness")).doesNotExist();
  }

  @Test
  void a_multicolour_led_without_green_is_refused() throws Exception {
    new FakeLeds(dir).addMulticolor("box:rgb", 255, "red blue");
    assertThatThrownBy(this::find).hasMessageContaining("has no green part");
  }
}
