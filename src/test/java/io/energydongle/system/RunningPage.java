// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Chromium;
import io.energydongle.testkit.Gateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with the simulated meter, and hands for the browser in front of it. */
abstract class RunningPage {

  static final String STICKER = "k7m2p9x4w3t8r6zq5n2v";

  /** Address of each view, and an element that is there once it is drawn. */
  static final Map<String, String> VIEWS = views();

  @TempDir Path dir;
  int port;
  int modbusPort;
  Process gateway;

  static Map<String, String> views() {
    Map<String, String> views = new LinkedHashMap<>();
    views.put("live", "/#live"); // a new device leads from / to the set-up
    views.put("setup", "/#setup");
    views.put("settings", "/config");
    views.put("diagnose", "/#diagnose");
    views.put("system", "/#system");
    views.put("api", "/api");
    return views;
  }

  static String drawn(String view) {
    return switch (view) {
      case "live" -> "/[0-9] k?(W|VA)/.test(document.getElementById('power').textContent)";
      case "setup" -> "document.querySelector('#step .card')";
      case "settings" -> "document.querySelector('.login, #form-reboot')";
      case "diagnose" -> "document.querySelectorAll('#decoded tbody tr').length > 5";
      case "system" -> "document.querySelector('[data-action=reboot]')";
      default -> "document.getElementById('api').dataset.ready";
    };
  }

  void start(String scenario) throws Exception {
    port = Gateway.freePort();
    modbusPort = Gateway.freePort();
    Path identity = Files.createDirectories(dir.resolve("identity"));
    Files.writeString(identity.resolve("admin-key"), STICKER + "\n");
    Path board =
        Files.writeString(
            dir.resolve("board.toml"),
            """
            [http]
            address = "127.0.0.1"
            port = %d
            https_port = 0
            [modbus]
            address = "127.0.0.1"
            port = %d
            [network]
            control = "none"
            [identity]
            dir = "%s"
            """
                .formatted(port, modbusPort, identity));
    gateway =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-jar",
                Gateway.JAR.toString(),
                "run",
                "--board",
                board.toString(),
                "--state",
                dir.resolve("state").toString(),
                "--simulate=" + scenario)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.readString(dir.resolve("log")).contains("web page on"));
  }

  @AfterEach
  void stop() throws Exception {
    gateway.destroy();
    assertThat(gateway.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  String address(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** A view in a document of its own: another part after the hash alone would load nothing. */
  void open(Chromium page, String view) throws Exception {
    page.open("about:blank");
    page.open(address(VIEWS.get(view)));
    page.waitFor(drawn(view));
  }

  static void type(Chromium page, String selector, String value) throws Exception {
    page.eval(
        "{const e = document.querySelector(%s); e.value = %s; e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true}))}"
            .formatted(quoted(selector), quoted(value)));
  }

  static void click(Chromium page, String selector) throws Exception {
    page.waitFor("document.querySelector(" + quoted(selector) + ")");
    page.eval("document.querySelector(" + quoted(selector) + ").click()");
  }

  static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
  }

  static void login(Chromium page, String password) throws Exception {
    page.waitFor("document.querySelector('.login input[name=password]')");
    type(page, ".login input[name=password]", password);
    click(page, ".login button");
  }

  void settings(Chromium page) throws Exception {
    open(page, "settings");
    if (page.eval("Boolean(document.querySelector('.login'))").asBoolean()) {
      login(page, STICKER);
    }
    page.waitFor("document.getElementById('form-reboot')");
  }

  static String text(Chromium page, String id) throws Exception {
    return page.eval("document.getElementById('" + id + "').textContent").asText();
  }

  static void fits(Chromium page, String what) throws Exception {
    assertThat(page.eval("document.documentElement.scrollWidth").asInt())
        .as("no sideways scrolling on a phone: %s", what)
        .isLessThanOrEqualTo(360);
  }
}
