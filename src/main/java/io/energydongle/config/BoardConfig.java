// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is soldered and installed: the board file {@code /etc/energy-dongle/board.toml}. Read-only
 * for the daemon, and untouched by a factory reset.
 *
 * @param meter the port to the meter.
 * @param http the web server.
 * @param modbus the Modbus TCP server.
 * @param indicator the status light.
 * @param button the push button.
 * @param network the network interfaces.
 * @param identityDir folder with serial number, device key and certificate, and sticker keys.
 * @param update which releases it takes.
 */
public record BoardConfig(
    Meter meter,
    Http http,
    Modbus modbus,
    Indicator indicator,
    Button button,
    Network network,
    Path identityDir,
    Update update) {

  /** Where the file stands on a board. */
  public static final Path DEFAULT_PATH = Path.of("/etc/energy-dongle/board.toml");

  private static final int PORT_MAX = 65_535;

  /**
   * Port to the meter.
   *
   * @param port device, may be a symbolic link.
   * @param kind kind of telegrams, or find out.
   * @param line the one setting to use; empty for finding out.
   * @param copyPort device that gets a copy of every byte; empty for none.
   */
  public record Meter(Path port, MeterKind kind, Optional<LineSetting> line, String copyPort) {
    public static final Meter DEFAULT =
        new Meter(Path.of("/dev/energy-dongle-meter"), MeterKind.AUTO, Optional.empty(), "");
  }

  /** Kinds of meter ports. */
  public enum MeterKind {
    AUTO("auto"),
    P1("p1"),
    TIC("tic");

    private final String code;

    MeterKind(String code) {
      this.code = code;
    }

    /** Name in configuration. */
    public String code() {
      return code;
    }
  }

  /**
   * Web server.
   *
   * @param address IPv4 address to listen on.
   * @param port TCP port, 0 = off.
   * @param httpsPort TCP port, 0 = off.
   */
  public record Http(String address, int port, int httpsPort) {
    public static final Http DEFAULT = new Http("0.0.0.0", 80, 443);
  }

  /**
   * Modbus TCP server.
   *
   * @param address IPv4 address to listen on.
   * @param port TCP port, 1..65535.
   */
  public record Modbus(String address, int port) {
    public static final Modbus DEFAULT = new Modbus("0.0.0.0", 502);
  }

  /**
   * Status light in the kernel's LED class.
   *
   * @param ledsDir folder of the LED class.
   * @param red name of the red LED in it.
   * @param green name of the green LED in it.
   * @param multicolor name of a multi-colour LED in it, which goes before the other two.
   * @param gpioRed GPIO line of the red LED as {@code label:number} or by its name; empty for the
   *     LED class.
   * @param gpioGreen GPIO line of the green LED, likewise.
   * @param gpioActiveLow true when a low level lights them.
   */
  public record Indicator(
      Path ledsDir,
      String red,
      String green,
      String multicolor,
      String gpioRed,
      String gpioGreen,
      boolean gpioActiveLow) {

    public static final Indicator DEFAULT =
        new Indicator(
            Path.of("/sys/class/leds"),
            "energy-dongle:red",
            "energy-dongle:green",
            "energy-dongle:multicolor",
            "",
            "",
            false);
  }

  /**
   * Push button as a kernel input device.
   *
   * @param inputDir folder of the input devices.
   * @param classDir folder where the kernel tells their names.
   * @param name name of the device.
   * @param keyCode code of the key, 0..767.
   * @param gpio GPIO line of the button as {@code label:number} or by its name; empty for an input
   *     device.
   * @param gpioActiveLow true when a low level means pressed; the line is pulled up then.
   */
  public record Button(
      Path inputDir, Path classDir, String name, int keyCode, String gpio, boolean gpioActiveLow) {

    public static final Button DEFAULT =
        new Button(
            Path.of("/dev/input"),
            Path.of("/sys/class/input"),
            "energy-dongle-button",
            148,
            "",
            true);
  }

  /**
   * Network interfaces.
   *
   * @param control {@code nmcli} or {@code none}.
   * @param ethernet name of the Ethernet interface.
   * @param wifi name of the Wi-Fi interface.
   */
  public record Network(NetworkControl control, String ethernet, String wifi) {
    public static final Network DEFAULT = new Network(NetworkControl.NMCLI, "eth0", "wlan0");
  }

  /** Who sets up the network. */
  public enum NetworkControl {
    /** The daemon, through NetworkManager. */
    NMCLI("nmcli"),
    /** The host; the daemon leaves it alone. */
    NONE("none");

    private final String code;

    NetworkControl(String code) {
      this.code = code;
    }

    /** Name in configuration. */
    public String code() {
      return code;
    }
  }

  /**
   * Updates.
   *
   * @param dir folder of the releases.
   * @param board name of this board; a release names the boards that it is for.
   * @param allowDowngrade let older releases in, as long as they lack no security fix.
   * @param trialSeconds time that a new release has to bring everything up, 10..3600.
   * @param steadySeconds time that it has to go on for, 1..600.
   */
  public record Update(
      Path dir, String board, boolean allowDowngrade, int trialSeconds, int steadySeconds) {
    public static final Update DEFAULT =
        new Update(Path.of("/opt/energy-dongle"), "linux", false, 600, 60);
  }

  /** What a board without a file has. */
  public static final BoardConfig DEFAULT =
      new BoardConfig(
          Meter.DEFAULT,
          Http.DEFAULT,
          Modbus.DEFAULT,
          Indicator.DEFAULT,
          Button.DEFAULT,
          Network.DEFAULT,
          Path.of("/etc/energy-dongle/identity"),
          Update.DEFAULT);

  /**
   * Reads a board file.
   *
   * @throws ConfigException with every problem of it.
   */
  public static BoardConfig load(Path file) throws ConfigException {
    List<ConfigProblem> problems = new ArrayList<>();
    BoardConfig config = read(ConfigFile.toml(file, problems), problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return config;
  }

  private static BoardConfig read(JsonNode root, List<ConfigProblem> problems) {
    Section file = new Section("", root, problems);
    BoardConfig config =
        new BoardConfig(
            meter(file.section("meter")),
            http(file.section("http")),
            modbus(file.section("modbus")),
            indicator(file.section("indicator")),
            button(file.section("button")),
            network(file.section("network")),
            identityDir(file.section("identity")),
            update(file.section("update")));
    file.refuseUnknownKeys();
    return config;
  }

  private static Meter meter(Section section) {
    Meter fallback = Meter.DEFAULT;
    Path port = path(section, "port", fallback.port());
    MeterKind kind = section.choice("kind", fallback.kind(), MeterKind.values(), MeterKind::code);
    Optional<LineSetting> line = line(section);
    String copyPort = section.text("copy_port", fallback.copyPort());
    if (copyPort.equals(port.toString())) {
      section.wrong("copy_port", "must be another device than meter.port, is \"" + copyPort + "\"");
    }
    section.refuseUnknownKeys();
    return new Meter(port, kind, line, copyPort);
  }

  private static Optional<LineSetting> line(Section section) {
    String word = section.text("line", "auto");
    if (word.equals("auto")) {
      return Optional.empty();
    }
    for (LineSetting line : LineSetting.values()) {
      if (line.code().equals(word)) {
        return Optional.of(line);
      }
    }
    section.wrong(
        "line", "must be one of auto, 115200-8N1, 9600-7E1, 1200-7E1, is \"" + word + "\"");
    return Optional.empty();
  }

  private static Http http(Section section) {
    Http fallback = Http.DEFAULT;
    String address = ipv4(section, fallback.address());
    int port = section.number("port", fallback.port(), 0, PORT_MAX);
    int httpsPort = section.number("https_port", fallback.httpsPort(), 0, PORT_MAX);
    section.refuseUnknownKeys();
    return new Http(address, port, httpsPort);
  }

  private static Modbus modbus(Section section) {
    Modbus fallback = Modbus.DEFAULT;
    String address = ipv4(section, fallback.address());
    int port = section.number("port", fallback.port(), 1, PORT_MAX);
    section.refuseUnknownKeys();
    return new Modbus(address, port);
  }

  private static Indicator indicator(Section section) {
    Indicator fallback = Indicator.DEFAULT;
    Path ledsDir = path(section, "leds_dir", fallback.ledsDir());
    String red = section.text("red", fallback.red());
    String green = section.text("green", fallback.green());
    String multicolor = section.text("multicolor", fallback.multicolor());
    String gpioRed = section.text("gpio_red", fallback.gpioRed());
    String gpioGreen = section.text("gpio_green", fallback.gpioGreen());
    boolean gpioActiveLow = section.flag("gpio_active_low", fallback.gpioActiveLow());
    if (gpioRed.isEmpty() != gpioGreen.isEmpty()) {
      section.wrong("gpio_red", "must be set together with indicator.gpio_green");
    }
    section.refuseUnknownKeys();
    return new Indicator(ledsDir, red, green, multicolor, gpioRed, gpioGreen, gpioActiveLow);
  }

  private static Button button(Section section) {
    Button fallback = Button.DEFAULT;
    Path inputDir = path(section, "input_dir", fallback.inputDir());
    Path classDir = path(section, "class_dir", fallback.classDir());
    String name = section.text("name", fallback.name());
    int keyCode = section.number("key_code", fallback.keyCode(), 0, 767);
    String gpio = section.text("gpio", fallback.gpio());
    boolean gpioActiveLow = section.flag("gpio_active_low", fallback.gpioActiveLow());
    section.refuseUnknownKeys();
    return new Button(inputDir, classDir, name, keyCode, gpio, gpioActiveLow);
  }

  private static Network network(Section section) {
    Network fallback = Network.DEFAULT;
    NetworkControl control =
        section.choice(
            "control", fallback.control(), NetworkControl.values(), NetworkControl::code);
    String ethernet = section.text("ethernet", fallback.ethernet());
    String wifi = section.text("wifi", fallback.wifi());
    section.refuseUnknownKeys();
    return new Network(control, ethernet, wifi);
  }

  private static Path identityDir(Section section) {
    Path dir = path(section, "dir", DEFAULT.identityDir());
    section.refuseUnknownKeys();
    return dir;
  }

  private static Update update(Section section) {
    Update fallback = Update.DEFAULT;
    Path dir = path(section, "dir", fallback.dir());
    String board = section.text("board", fallback.board());
    boolean allowDowngrade = section.flag("allow_downgrade", fallback.allowDowngrade());
    int trial = section.number("trial_s", fallback.trialSeconds(), 10, 3_600);
    int steady = section.number("steady_s", fallback.steadySeconds(), 1, 600);
    section.refuseUnknownKeys();
    return new Update(dir, board, allowDowngrade, trial, steady);
  }

  private static Path path(Section section, String key, Path fallback) {
    String text = section.text(key, fallback.toString());
    if (text.isBlank() || text.indexOf('\0') >= 0) {
      section.wrong(key, "must be a path, is \"" + text + "\"");
      return fallback;
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      section.wrong(key, "is no file name in this locale; set LC_ALL=C.UTF-8");
      return fallback;
    }
  }

  private static String ipv4(Section section, String fallback) {
    String text = section.text("address", fallback);
    if (Ipv4.parse(text).isEmpty()) {
      section.wrong(
          "address", "must be an IPv4 address such as 0.0.0.0 or 192.168.1.5, is \"" + text + "\"");
      return fallback;
    }
    return text;
  }
}
