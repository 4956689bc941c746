// SPDX-License-Identifier: Apache-2.0
package io.energydongle.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that systemd runs when the gateway has ended. */
class RedLightTest {

  @TempDir Path leds;
  private Path board;

  @BeforeEach
  void lights() throws Exception {
    for (String name : List.of("box:red", "box:green", "box:both")) {
      Files.createDirectory(leds.resolve(name));
      Files.writeString(leds.resolve(name).resolve("brightness"), "9\n");
      Files.writeString(leds.resolve(name).resolve("trigger"), "timer\n");
    }
    board = leds.resolve("board.toml");
  }

  private void run(String... lines) throws Exception {
    Files.writeString(board, String.join("\n", lines) + "\n");
    Process process =
        new ProcessBuilder("sh", "systemd/red-light", board.toString()).inheritIO().start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private String file(String path) throws Exception {
    return Files.readString(leds.resolve(path)).strip();
  }

  @Test
  void lights_red_and_puts_out_green_where_the_board_file_says() throws Exception {
    run(
        "[meter]",
        "red = \"wrong\"",
        "[indicator]",
        "  leds_dir = \"" + leds + "\"",
        "#green = \"wrong\"",
        "red=\"box:red\"",
        "green = \"box:green\"  # behind the glass",
        "[button]",
        "red = \"wrong\"");
    assertThat(file("box:red/brightness")).isEqualTo("1");
    assertThat(file("box:red/trigger")).isEqualTo("none");
    assertThat(file("box:green/brightness")).isEqualTo("0");
  }

  @Test
  void lights_the_red_part_of_a_multi_colour_light() throws Exception {
    Files.writeString(leds.resolve("box:both/multi_index"), "green red blue\n");
    Files.writeString(leds.resolve("box:both/max_brightness"), "255\n");
    Files.writeString(leds.resolve("box:both/multi_intensity"), "0 0 0\n");
    run("[indicator]", "leds_dir = \"" + leds + "\"", "multicolor = \"box:both\"");
    assertThat(file("box:both/multi_intensity")).isEqualTo("0 255 0");
    assertThat(file("box:both/brightness")).isEqualTo("255");
  }

  @Test
  void a_board_without_a_light_is_no_fault() throws Exception {
    run("[indicator]", "leds_dir = \"" + leds.resolve("none") + "\"");
  }
}
