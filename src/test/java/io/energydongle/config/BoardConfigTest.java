// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.energydongle.config.BoardConfig.MeterKind;
import io.energydongle.config.BoardConfig.NetworkControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardConfigTest {

  @TempDir private Path dir;

  private BoardConfig load(String toml) throws IOException, ConfigException {
    return BoardConfig.load(Files.writeString(dir.resolve("board.toml"), toml));
  }

  private List<String> problems(String toml) throws IOException {
    Path file = Files.writeString(dir.resolve("board.toml"), toml);
    try {
      BoardConfig.load(file);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream()
          .map(p -> p.toString().replace(file.toString(), "board.toml"))
          .toList();
    }
  }

  @Test
  void an_empty_file_gives_the_defaults_of_the_contract() throws Exception {
    BoardConfig config = load("");
    assertThat(config).isEqualTo(BoardConfig.DEFAULT);
    assertThat(config.meter().port()).isEqualTo(Path.of("/dev/energy-dongle-meter"));
    assertThat(config.meter().kind()).isEqualTo(MeterKind.AUTO);
    assertThat(config.meter().line()).isEmpty();
    assertThat(config.meter().copyPort()).isEmpty();
    assertThat(config.http()).isEqualTo(new BoardConfig.Http("0.0.0.0", 80, 443));
    assertThat(config.modbus()).isEqualTo(new BoardConfig.Modbus("0.0.0.0", 502));
    assertThat(config.indicator().ledsDir()).isEqualTo(Path.of("/sys/class/leds"));
    assertThat(config.indicator().red()).isEqualTo("energy-dongle:red");
    assertThat(config.indicator().green()).isEqualTo("energy-dongle:green");
    assertThat(config.button().inputDir()).isEqualTo(Path.of("/dev/input"));
    assertThat(config.button().name()).isEqualTo("energy-dongle-button");
    assertThat(config.button().keyCode()).isEqualTo(148);
    assertThat(config.network())
        .isEqualTo(new BoardConfig.Network(NetworkControl.NMCLI, "eth0", "wlan0"));
    assertThat(config.identityDir()).isEqualTo(Path.of("/etc/energy-dongle/identity"));
  }

  @Test
  void every_key_can_be_set() throws Exception {
    BoardConfig config =
        load(
            """
            [meter]
            port = "/dev/ttyUSB0"
            kind = "p1"
            line = "9600-7E1"
            copy_port = "/dev/ttyAMA1"
            [http]
            address = "127.0.0.1"
            port = 8080
            https_port = 0
            [modbus]
            address = "192.168.10.101"
            port = 1502
            [indicator]
            leds_dir = "/tmp/leds"
            red = "r"
            green = "g"
            multicolor = "m"
            gpio_red = "chip:17"
            gpio_green = "GPIO22"
            gpio_active_low = true
            [button]
            input_dir = "/tmp/input"
            class_dir = "/tmp/class"
            name = "b"
            key_code = 28
            gpio = "GPIO27"
            gpio_active_low = false
            [network]
            control = "none"
            ethernet = "end0"
            wifi = "wlp1s0"
            [identity]
            dir = "/tmp/identity"
            [update]
            dir = "/tmp/releases"
            board = "cm4-carrier"
            allow_downgrade = true
            trial_s = 20
            steady_s = 2
            """);
    assertThat(config.meter().port()).isEqualTo(Path.of("/dev/ttyUSB0"));
    assertThat(config.meter().kind()).isEqualTo(MeterKind.P1);
    assertThat(config.meter().line()).hasValue(LineSetting.BAUD_9600);
    assertThat(config.meter().copyPort()).isEqualTo("/dev/ttyAMA1");
    assertThat(config.http()).isEqualTo(new BoardConfig.Http("127.0.0.1", 8080, 0));
    assertThat(config.modbus()).isEqualTo(new BoardConfig.Modbus("192.168.10.101", 1502));
    assertThat(config.indicator())
        .isEqualTo(
            new BoardConfig.Indicator(
                Path.of("/tmp/leds"), "r", "g", "m", "chip:17", "GPIO22", true));
    assertThat(config.button())
        .isEqualTo(
            new BoardConfig.Button(
                Path.of("/tmp/input"), Path.of("/tmp/class"), "b", 28, "GPIO27", false));
    assertThat(config.network())
        .isEqualTo(new BoardConfig.Network(NetworkControl.NONE, "end0", "wlp1s0"));
    assertThat(config.identityDir()).isEqualTo(Path.of("/tmp/identity"));
    assertThat(config.update())
        .isEqualTo(new BoardConfig.Update(Path.of("/tmp/releases"), "cm4-carrier", true, 20, 2));
  }

  @Test
  void every_problem_is_reported_at_once_with_what_was_expected() throws Exception {
    assertThat(
            problems(
                """
                colour = "blue"
                [meter]
                port = ""
                kind = "gas"
                line = "19200"
                baud = 9600
                [http]
                port = 65536
                https_port = "443"
                [modbus]
                address = "localhost"
                port = 0
                [network]
                control = true
                """))
        .containsExactlyInAnyOrder(
            "meter.port: must be a path, is \"\"",
            "meter.kind: must be one of auto, p1, tic, is \"gas\"",
            "meter.line: must be one of auto, 115200-8N1, 9600-7E1, 1200-7E1, is \"19200\"",
            "meter.baud: is not known here; known are port, kind, line, copy_port",
            "http.port: must be a whole number 0..65535, is 65536",
            "http.https_port: must be a whole number 0..65535, is \"443\"",
            "modbus.address: must be an IPv4 address such as 0.0.0.0 or 192.168.1.5, is"
                + " \"localhost\"",
            "modbus.port: must be a whole number 1..65535, is 0",
            "network.control: must be one of nmcli, none, is true",
            "colour: is not known here; known are meter, http, modbus, indicator, button, network,"
                + " identity, update");
  }

  @Test
  void what_cannot_go_together_is_a_problem() throws Exception {
    assertThat(
            problems(
                """
                [meter]
                port = "/dev/ttyUSB0"
                copy_port = "/dev/ttyUSB0"
                [indicator]
                gpio_green = "GPIO22"
                """))
        .containsExactlyInAnyOrder(
            "meter.copy_port: must be another device than meter.port, is \"/dev/ttyUSB0\"",
            "indicator.gpio_red: must be set together with indicator.gpio_green");
  }

  @Test
  void a_section_that_is_no_section_is_a_problem() throws Exception {
    assertThat(problems("modbus = 502"))
        .contains("modbus: must be a section with keys, is a number");
  }

  @Test
  void text_that_is_no_toml_is_named_with_its_line() throws Exception {
    assertThat(problems("[meter]\nport = /dev/ttyUSB0\n"))
        .hasSize(1)
        .allMatch(p -> p.startsWith("board.toml: is not valid TOML at line 2"));
  }

  @Test
  void a_file_that_is_not_there_is_a_problem() {
    assertThatThrownBy(() -> BoardConfig.load(dir.resolve("nothing.toml")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nothing.toml: does not exist");
  }

  @Test
  void the_commented_example_holds_the_defaults() throws Exception {
    Path example = Path.of("config/board.toml");
    assertThat(BoardConfig.load(example)).isEqualTo(BoardConfig.DEFAULT);
    // Every key stands in it, as a comment, with its default.
    String uncommented = Files.readString(example).replaceAll("(?m)^#([a-z_]+ = )", "$1");
    assertThat(load(uncommented)).isEqualTo(BoardConfig.DEFAULT);
    assertThat(uncommented.lines().filter(l -> l.matches("[a-z_]+ = .*")).count()).isEqualTo(31);
  }
}
