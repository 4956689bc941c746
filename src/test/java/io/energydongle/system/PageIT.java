// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Chromium;
import io.energydongle.testkit.Gateway;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, the fat JAR with the simulated meter behind it. */
class PageIT {

  private static final String STICKER = "k7m2p9x4w3t8r6zq5n2v";
  private static final Path SCREENSHOTS = Path.of("target/screenshots");

  @TempDir private Path dir;
  private int port;
  private Process gateway;

  @BeforeEach
  void start() throws Exception {
    port = freePort();
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
                .formatted(port, freePort(), identity));
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
                "--simulate")
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private String address(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  private static void login(Chromium page, String password) throws Exception {
    page.waitFor("!document.getElementById('login').hidden");
    page.eval(
        "document.querySelector('#login input[name=password]').value = '"
            + password
            + "'; document.querySelector('#login button').click()");
  }

  private static String text(Chromium page, String id) throws Exception {
    return page.eval("document.getElementById('" + id + "').textContent").asText();
  }

  @Test
  void live_values_move_and_nothing_is_fetched_from_elsewhere() throws Exception {
    try (Chromium page = new Chromium(dir, 360, 780)) {
      page.open(address("/"));
      page.waitFor("document.getElementById('power').textContent.includes('W')");
      String first = text(page, "power");
      page.waitFor("document.getElementById('power').textContent !== '" + first + "'");
      page.waitFor("document.getElementById('sentence').textContent === 'Everything works.'");
      assertThat(page.eval("document.querySelectorAll('.phase').length").asInt()).isEqualTo(3);
      assertThat(page.eval("document.documentElement.scrollWidth").asInt())
          .as("no sideways scrolling on a phone")
          .isLessThanOrEqualTo(360);
      assertThat(page.requests()).allMatch(url -> url.startsWith(address("")));
      assertThat(page.console()).isEmpty();
    }
  }

  @Test
  void the_page_speaks_four_languages_with_their_decimal_marks() throws Exception {
    try (Chromium page = new Chromium(dir, 360, 780)) {
      page.open(address("/"));
      page.waitFor("document.getElementById('power').textContent.includes('W')");
      String[][] words = {{"nl", "Instellingen"}, {"fr", "Réglages"}, {"de", "Einstellungen"}};
      for (String[] word : words) {
        page.eval(
            "{const s = document.getElementById('language'); s.value = '"
                + word[0]
                + "'; s.dispatchEvent(new Event('change'))}");
        page.waitFor("document.querySelector('nav').textContent.includes('" + word[1] + "')");
        page.waitFor("/\\d,\\d V/.test(document.getElementById('phases').textContent)");
        assertThat(page.eval("document.documentElement.lang").asText()).isEqualTo(word[0]);
      }
      assertThat(
              page.eval(
                      "Object.keys(TEXTS.en).filter(k => ['nl','fr','de'].some(l => !TEXTS[l][k]))")
                  .size())
          .as("words that lack a translation")
          .isZero();
    }
  }

  @Test
  void settings_are_changed_on_a_phone_and_faults_stand_beside_their_field() throws Exception {
    try (Chromium page = new Chromium(dir, 360, 780)) {
      page.open(address("/config"));
      login(page, "wrong password");
      page.waitFor("document.getElementById('login-error').textContent.includes('sticker')");
      login(page, STICKER);
      page.waitFor("document.getElementById('form-modbus')");
      page.eval(
          "{const f = document.getElementById('form-modbus'); f.elements.max_clients.value = 99;"
              + " f.querySelector('button').click()}");
      page.waitFor(
          "document.getElementById('error-modbus-max_clients').textContent.includes('1..8')");
      page.eval(
          "{const f = document.getElementById('form-modbus'); f.elements.max_clients.value = 3;"
              + " f.elements.template.value = 'empro-genuine'; f.querySelector('button').click()}");
      page.waitFor("document.querySelector('#form-modbus .saved').textContent !== ''");
      page.open(address("/config"));
      page.waitFor("document.getElementById('form-modbus')");
      assertThat(
              page.eval("document.getElementById('form-modbus').elements.max_clients.value")
                  .asText())
          .isEqualTo("3");
      assertThat(Files.readString(dir.resolve("state/settings.json"))).contains("empro-genuine");
      page.eval("document.getElementById('logout').click()");
      page.waitFor("!document.getElementById('login').hidden");
    }
  }

  @Test
  void the_diagnosis_shows_the_meter_and_that_no_charger_has_asked() throws Exception {
    try (Chromium page = new Chromium(dir, 1280, 900)) {
      page.open(address("/#diagnose"));
      page.waitFor("document.getElementById('lights').textContent.includes('A meter is read')");
      List<String> bad =
          List.of(
              page.eval(
                      "[...document.querySelectorAll('#lights .bad')].map(e => e.textContent).join('|')")
                  .asText()
                  .split("\\|", -1));
      assertThat(bad).containsExactly("No charger has asked in the last 10 s");
      page.waitFor("document.getElementById('telegram').textContent.startsWith('/EDS5')");
    }
  }

  @Test
  void pictures_of_every_page_in_every_size_and_colour() throws Exception {
    for (int width : new int[] {360, 1280}) {
      try (Chromium page = new Chromium(dir, width, 900)) {
        for (String scheme : List.of("light", "dark")) {
          page.colours(scheme);
          page.open(address("/"));
          page.waitFor("document.getElementById('power').textContent.includes('W')");
          page.waitFor("document.getElementById('sentence').textContent === 'Everything works.'");
          page.screenshot(SCREENSHOTS.resolve("live-" + width + "-" + scheme + ".png"));
          page.open(address("/#diagnose"));
          page.waitFor("document.getElementById('telegram').textContent.startsWith('/EDS5')");
          page.screenshot(SCREENSHOTS.resolve("diagnose-" + width + "-" + scheme + ".png"));
          page.open(address("/config"));
          page.waitFor(
              "!document.getElementById('login').hidden || document.getElementById('form-modbus')");
          if (!page.eval("document.getElementById('login').hidden").asBoolean()) {
            login(page, STICKER);
            page.waitFor("document.getElementById('form-access')");
          }
          page.screenshot(SCREENSHOTS.resolve("settings-" + width + "-" + scheme + ".png"));
        }
      }
    }
    assertThat(SCREENSHOTS).isDirectoryContaining("glob:**/settings-360-dark.png");
  }
}
