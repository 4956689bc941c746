// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.energydongle.testkit.Samples;
import io.energydongle.testkit.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes as the board file: every value that is taken lies within its bounds and, written down
 * again, is read as the same; or every problem is named.
 */
class BoardFileFuzzTest {

  private static final Path DIR = Scratch.folder();
  private static final Path FILE = DIR.resolve("board.toml");
  private static final TomlMapper TOML = new TomlMapper();

  @DictionaryEntries({
    "[meter]",
    "[http]",
    "[modbus]",
    "[indicator]",
    "[button]",
    "[network]",
    "[identity]",
    "[update]",
    "copy_port",
    "https_port",
    "gpio_red",
    "gpio_green",
    "key_code",
    "trial_s",
    "address",
    "\"\"\"",
    "'''",
    "0x",
    "1979-05-27T07:32:00Z",
    "inf",
    "nan",
    "[[",
    "]]",
    "= {",
    "\\u0000",
    "\\uD800"
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void a_file_is_taken_within_its_bounds_or_every_problem_is_named(byte[] bytes)
      throws IOException {
    Files.write(FILE, bytes);
    BoardConfig config;
    try {
      config = BoardConfig.load(FILE);
    } catch (ConfigException e) {
      SettingsFileFuzzTest.checkProblems(e);
      return;
    }
    checkBounds(config);
    Files.write(FILE, TOML.writeValueAsBytes(written(config)));
    try {
      check(BoardConfig.load(FILE).equals(config), "written down again, it is another one");
    } catch (ConfigException e) {
      throw new AssertionError("what was taken is refused: " + config, e);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static void checkBounds(BoardConfig config) {
    for (int port : new int[] {config.http().port(), config.http().httpsPort()}) {
      check(port >= 0 && port <= 65_535, "port " + port);
    }
    check(config.modbus().port() >= 1 && config.modbus().port() <= 65_535, "modbus.port");
    for (String address : new String[] {config.http().address(), config.modbus().address()}) {
      String number = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
      check(address.matches(number + "(\\." + number + "){3}"), "address " + address);
    }
    check(config.button().keyCode() >= 0 && config.button().keyCode() <= 767, "key_code");
    check(
        config.indicator().gpioRed().isEmpty() == config.indicator().gpioGreen().isEmpty(),
        "one light of two");
    check(
        !config.meter().copyPort().equals(config.meter().port().toString()),
        "the copy goes where the meter is");
    check(config.update().trialSeconds() >= 10, "trial_s");
  }

  /** The keys of the outside contract. */
  private static ObjectNode written(BoardConfig config) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("meter")
        .put("port", config.meter().port().toString())
        .put("kind", config.meter().kind().code())
        .put("line", config.meter().line().map(LineSetting::code).orElse("auto"))
        .put("copy_port", config.meter().copyPort());
    root.putObject("http")
        .put("address", config.http().address())
        .put("port", config.http().port())
        .put("https_port", config.http().httpsPort());
    root.putObject("modbus")
        .put("address", config.modbus().address())
        .put("port", config.modbus().port());
    BoardConfig.Indicator lights = config.indicator();
    root.putObject("indicator")
        .put("leds_dir", lights.ledsDir().toString())
        .put("red", lights.red())
        .put("green", lights.green())
        .put("multicolor", lights.multicolor())
        .put("gpio_red", lights.gpioRed())
        .put("gpio_green", lights.gpioGreen())
        .put("gpio_active_low", lights.gpioActiveLow());
    BoardConfig.Button button = config.button();
    root.putObject("button")
        .put("input_dir", button.inputDir().toString())
        .put("class_dir", button.classDir().toString())
        .put("name", button.name())
        .put("key_code", button.keyCode())
        .put("gpio", button.gpio())
        .put("gpio_active_low", button.gpioActiveLow());
    root.putObject("network")
        .put("control", config.network().control().code())
        .put("ethernet", config.network().ethernet())
        .put("wifi", config.network().wifi());
    root.putObject("identity").put("dir", config.identityDir().toString());
    root.putObject("update")
        .put("dir", config.update().dir().toString())
        .put("board", config.update().board())
        .put("allow_downgrade", config.update().allowDowngrade())
        .put("trial_s", config.update().trialSeconds())
        .put("steady_s", config.update().steadySeconds());
    return root;
  }

  static Stream<byte[]> seeds() {
    byte[] example = Samples.bytes(Path.of("config/board.toml"));
    String everything = new String(example, StandardCharsets.UTF_8).replaceAll("(?m)^#(?=\\w)", "");
    return Stream.concat(
        Stream.of(example),
        Stream.of(
                everything,
                "",
                "[meter]\nport = \"/dev/ttyUSB0\"\nkind = \"tic\"\nline = \"1200-7E1\"\n",
                "[http]\naddress = \"192.168.1.256\"\nport = 70000\n",
                "[http]\naddress = \"063.0.0.1\"\n",
                "modbus = { address = \"127.0.0.1\", port = 0x1F6 }\n",
                "[indicator]\ngpio_red = \"gpiochip0:17\"\ngpio_green = \"gpiochip0:27\"\n",
                "[button]\nkey_code = 1_48\ngpio = \"\"\n[update]\ntrial_s = 10\nsteady_s = 1\n")
            .map(text -> text.getBytes(StandardCharsets.UTF_8)));
  }
}
