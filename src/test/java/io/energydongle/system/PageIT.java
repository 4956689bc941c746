// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.simulate.Scenario;
import io.energydongle.simulate.SimulatedPast;
import io.energydongle.testkit.Chromium;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.RawModbus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The page in a real browser, the fat JAR with the simulated meter behind it. */
class PageIT extends RunningPage {

  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final int WEIGHT_BYTES_MAX = 200_000;

  @Test
  void live_values_move_and_nothing_is_fetched_from_elsewhere() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      open(page, "live");
      String first = text(page, "power");
      page.waitFor("document.getElementById('power').textContent !== '" + first + "'");
      page.waitFor("document.getElementById('sentence').textContent.startsWith('Everything')");
      assertThat(page.eval("document.querySelectorAll('.phase-bar').length").asInt()).isEqualTo(3);
      page.waitFor("document.querySelector('.recent .curve')");
      page.waitFor("document.getElementById('fuse').textContent.includes('not known')");
      for (String view : VIEWS.keySet()) {
        open(page, view);
        fits(page, view);
      }
      assertThat(page.requests())
          .filteredOn(url -> !url.equals("about:blank"))
          .allMatch(url -> url.startsWith(address("")));
      assertThat(page.console()).isEmpty();
    }
  }

  @Test
  void a_device_that_has_gone_shows_no_number_that_looks_alive() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      open(page, "live");
      assertThat(page.eval("Boolean(document.querySelector('.grid.old'))").asBoolean()).isFalse();
      gateway.destroy();
      page.waitFor("document.querySelector('.grid.old')");
      page.waitFor("document.getElementById('sentence').textContent.includes('does not answer')");
      assertThat(text(page, "age")).startsWith("Old: ");
    }
  }

  @Test
  void the_page_speaks_four_languages_with_their_decimal_marks() throws Exception {
    start("emucs");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      String[][] words = {{"nl", "Instellingen"}, {"fr", "Réglages"}, {"de", "Einstellungen"}};
      for (String[] word : words) {
        open(page, "live");
        type(page, "#language", word[0]);
        page.waitFor("document.querySelector('nav').textContent.includes('" + word[1] + "')");
        page.waitFor("/\\d,\\d V/.test(document.getElementById('phases').textContent)");
        page.waitFor("/\\d,\\d\\d kW/.test(document.getElementById('demand').textContent)");
        assertThat(page.eval("document.documentElement.lang").asText()).isEqualTo(word[0]);
        for (String view : VIEWS.keySet()) {
          open(page, view);
          fits(page, view + " in " + word[0]);
        }
      }
      assertThat(
              page.eval(
                      "import('/texts.js').then(m => Object.entries(m.TEXTS).filter(([k, v]) =>"
                          + " v.length !== 4 || v.some(x => !x)).map(([k]) => k).join())")
                  .asText())
          .as("words that lack a translation")
          .isEmpty();
    }
  }

  @Test
  void what_the_device_says_in_english_is_said_in_the_other_languages() throws Exception {
    start("dsmr5-3phase");
    List<String> known =
        List.of(
            "Meter: no data arrives; check that the cable sits in the P1 port, that the grid"
                + " operator has activated the port, and that the data request line (pin 2) is"
                + " high; on a French meter: check the wires at I1 and I2 of the meter, that its"
                + " TIC output is activated, and the supply of the adapter.",
            "Meter: bytes arrive, but no telegram; check the pull-up resistor of the TIC adapter:"
                + " some work at 1200 baud and fail at 9600.",
            "More than 5 % of the telegrams of the last five minutes were damaged: check cable and"
                + " connector.",
            "The powers of the phases do not add up to the total.",
            "Telegrams with a wrong checksum are accepted, as the settings say.",
            "The settings could not be read; the last good settings are in force. The unreadable"
                + " file is kept as settings.unreadable.json.",
            "must be a whole number 1..8, is 99",
            "must be one of exception, hold, zero, not-available, close, is \"x\"",
            "must be 32 hexadecimal digits, has 3 characters (not shown, it is a secret)",
            "must have 10 to 128 characters, has 3",
            "must begin with mqtts:// because MQTT is only spoken over TLS, is \"mqtt://x\"",
            "The password is wrong. Until it is changed it is the key on the sticker.",
            "there is no device /dev/ttyUSB0",
            "The light was not found: there is no /sys/class/leds/energy-dongle:red. Add its"
                + " overlay to config.txt, or name it in the board file (indicator).",
            "The light cannot be switched: /sys/class/leds/energy-dongle:red/brightness may not be"
                + " opened by this user. Give the file to the group of the service, as the udev"
                + " rule of the package does.",
            "The button was not found: no input device is called \"energy-dongle-button\". Add its"
                + " overlay to config.txt, or name it in the board file (button).",
            "P1 copy: there is no device /dev/ttyUSB1; plug in its adapter, or set meter.copy_port"
                + " in the board file; ports here: none.",
            "P1 copy: cannot listen on TCP port 2001 (Address already in use); choose another one"
                + " under Outputs, or stop the program that has it.",
            "The Wi-Fi network \"Home\" refused the password; check it.",
            "The address 192.168.10.101 is in use by another device on this network; choose"
                + " another one.",
            "The signature is wrong: the manifest was changed on its way, or the release was signed"
                + " by somebody whose key this device does not know. Fetch it again from who made"
                + " this device.",
            "Version 0.0.9 is older than 0.1.0, which is installed. Choose a newer release, or \"Go"
                + " back\"; allow_downgrade in the board file lets older ones in.",
            "Release 0.2.0 was given up, and 0.1.0 runs again. None of its 3 starts lasted until it"
                + " had proved itself.",
            "Release 0.2.0 was given up, and 0.1.0 runs again. After 600 s: Modbus TCP does not"
                + " answer, the MQTT broker is not connected.",
            "This release is for boards called x, and this board is called linux. Choose the release"
                + " for it.",
            "The archive holds a link, \"lib/x\" to \"/etc/shadow\". The release was made wrongly; tell"
                + " who made it.",
            "http://x/y cannot be fetched: the server answers with status 404.",
            "It does not run from /opt/energy-dongle, where the package puts it, so nothing can"
                + " replace it.",
            "not part of this version yet");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      open(page, "api");
      for (String sentence : known) {
        for (int language = 1; language <= 3; language++) {
          String said =
              page.eval(
                      "import('/sentences.js').then(m => m.translate(%s, %d))"
                          .formatted(quoted(sentence), language))
                  .asText();
          assertThat(said).isNotEqualTo(sentence).doesNotContain("$").doesNotContain(" the ");
        }
      }
      assertThat(page.eval("import('/sentences.js').then(m => m.translate('Hello.', 1))").asText())
          .isEqualTo("Hello.");
    }
  }

  @Test
  void first_use_on_a_phone_from_the_meter_to_a_password() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 360, 780);
        RawModbus charger = new RawModbus(modbusPort)) {
      page.open(address("/"));
      page.waitFor("document.getElementById('version').textContent.includes('0.')");
      if (page.eval("fetch('/api/v1/status').then(a => a.json()).then(s => s.first_use)")
          .asBoolean()) {
        page.waitFor("location.hash === '#setup'");
      }
      open(page, "setup");
      page.waitFor("document.getElementById('setup-meter').textContent.includes('is found')");
      fits(page, "step 1");
      click(page, "#next");
      page.waitFor("document.getElementById('setup-network').textContent.includes('vailable')");
      fits(page, "step 2");
      click(page, "#next");
      page.waitFor("document.querySelectorAll('input[name=template]').length > 1");
      page.waitFor("document.getElementById('asked').textContent.includes('Waiting')");
      fits(page, "step 3");
      click(page, "input[value=empro-genuine]");
      click(page, "#save-template");
      login(page, STICKER);
      page.waitFor(
          "[...document.querySelectorAll('.saved')].some(e => e.textContent.includes('Saved'))");
      assertThat(Files.readString(dir.resolve("state/settings.json"))).contains("empro-genuine");
      charger.read(3, 0x8006, 2);
      page.waitFor("document.getElementById('asked').textContent.includes('has asked!')");
      click(page, "#next");
      page.waitFor("document.getElementById('setup-password')");
      fits(page, "step 4");
      type(page, "#first-password", "short");
      type(page, "#first-again", "short");
      click(page, "#setup-password button");
      page.waitFor("document.getElementById('error-first-password').textContent.includes('10 to')");
      assertThat(page.eval("document.activeElement.id").asText()).isEqualTo("first-password");
      type(page, "#first-password", "a password of my own");
      type(page, "#first-again", "a password of my own");
      click(page, "#setup-password button");
      page.waitFor("document.getElementById('setup-done')");
      assertThat(text(page, "setup-done"))
          .contains("127.0.0.1:" + modbusPort)
          .contains(address(""))
          .contains("MQTT");
      fits(page, "the end");
      assertThat(page.console()).isEmpty();
    }
  }

  @Test
  void every_setting_of_every_section_is_saved_and_comes_back() throws Exception {
    start("dsmr5-3phase");
    Map<String, String> values = new LinkedHashMap<>();
    values.put("network-connection", "wifi");
    values.put("network-method", "static");
    values.put("network-address", "192.168.1.50");
    values.put("network-prefix_length", "25");
    values.put("network-gateway", "192.168.1.1");
    values.put("network-dns", "192.168.1.2");
    values.put("network-ssid", "House <b>of</b> Öl");
    values.put("network-wifi_password", "not a secret 1");
    values.put("network-wifi_country", "NL");
    values.put("modbus-template", "empro-genuine");
    values.put("modbus-units", "2=sdm630, 3=em24-ethernet/hold");
    values.put("modbus-ports", Gateway.freePort() + "=umg604");
    values.put("modbus-max_clients", "3");
    values.put("modbus-stale", "hold");
    values.put("modbus-stale_after_s", "30");
    values.put("outputs-modbus_allow", "127.0.0.1/32, 192.168.1.0/24");
    values.put("outputs-copy_port", "" + Gateway.freePort());
    values.put("outputs-copy_allow", "192.168.1.20");
    values.put("meter-main_fuse_a", "25");
    values.put("meter-checksum", "ignore");
    values.put("meter-multiplier", "2");
    values.put("meter-current_source", "refined");
    values.put("meter-current_sign", "by-phase-power");
    values.put("meter-gas_channel", "1");
    values.put("meter-water_channel", "2");
    values.put("meter-heat_channel", "3");
    values.put("meter-decryption_key", "00112233445566778899aabbccddeeff");
    values.put("meter-authentication_key", "ffeeddccbbaa99887766554433221100");
    values.put("meter-system_title", "0011223344556677");
    values.put("meter-tic_nominal_v", "231");
    values.put("mqtt-url", "mqtts://broker.example.com:8884");
    values.put("mqtt-user", "<script>top.hacked=1</script>");
    values.put("mqtt-password", "not a secret 2");
    values.put("mqtt-site", "my-house");
    values.put("mqtt-trust", "system");
    values.put("mqtt-pin", "ab".repeat(32));
    values.put("mqtt-telegram_qos", "1");
    values.put("mqtt-interval_s", "10");
    values.put("mqtt-discovery_prefix", "ha");
    values.put("time-ntp_server", "pool.ntp.org");
    values.put("update-feed", "https://updates.example.com/manifest.edu");
    values.put("update-quiet_from_h", "1");
    values.put("update-quiet_to_h", "4");
    values.put("access-https", "off");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      settings(page);
      assertThat(fields(page, "input:not([type=checkbox]), select"))
          .as("the fields of the sections, so that none is forgotten here")
          .isEqualTo(new TreeSet<>(values.keySet()));
      Set<String> boxes = fields(page, "input[type=checkbox]");
      for (String box : boxes) {
        page.eval("document.getElementById('" + box + "').click()");
      }
      Map<String, Boolean> ticked = new LinkedHashMap<>();
      for (String box : boxes) {
        ticked.put(box, page.eval("document.getElementById('" + box + "').checked").asBoolean());
      }
      for (Map.Entry<String, String> value : values.entrySet()) {
        type(page, "#" + value.getKey(), value.getValue());
      }
      page.waitFor("!document.querySelector('#form-network .dirty').hidden");
      for (String section :
          List.of("network", "modbus", "outputs", "meter", "mqtt", "time", "update", "access")) {
        click(page, "#form-" + section + " .buttons button");
        page.waitFor(
            "document.querySelector('#form-"
                + section
                + " .saved') && document.querySelector('#form-"
                + section
                + " .saved').textContent.includes('Saved')");
      }
      settings(page);
      for (Map.Entry<String, String> value : values.entrySet()) {
        JsonNode field = page.eval("document.getElementById('" + value.getKey() + "').value");
        boolean secret =
            page.eval("document.getElementById('" + value.getKey() + "').type === 'password'")
                .asBoolean();
        assertThat(field.asText())
            .as(value.getKey())
            .isEqualTo(secret ? "" : value.getValue().replace("/32", ""));
        if (secret) {
          assertThat(
                  page.eval("document.getElementById('" + value.getKey() + "').placeholder")
                      .asText())
              .startsWith("set");
        }
      }
      for (Map.Entry<String, Boolean> box : ticked.entrySet()) {
        assertThat(page.eval("document.getElementById('" + box.getKey() + "').checked").asBoolean())
            .as(box.getKey())
            .isEqualTo(box.getValue());
      }
      fits(page, "settings with every field");
      assertThat(page.eval("typeof top.hacked").asText()).isEqualTo("undefined");
      open(page, "live");
    }
  }

  private static Set<String> fields(Chromium page, String kind) throws Exception {
    String list =
        page.eval(
                "['network', 'modbus', 'outputs', 'meter', 'mqtt', 'time', 'update', 'access'].flatMap(s =>"
                    + " [...document.querySelectorAll(`#form-${s} .field > :is(%s),"
                        .formatted(kind.replace(", ", ","))
                    + " #form-${s} .field > :is(.with-unit, label) > :is(%s)`)]).filter(e =>"
                        .formatted(kind.replace(", ", ","))
                    + " e.name).map(e => e.id).join()")
            .asText();
    return new TreeSet<>(List.of(list.split(",")));
  }

  @Test
  void what_is_wrong_stands_beside_its_field_and_stays_text() throws Exception {
    start("dsmr5-3phase");
    String[][] wrong = {
      {"network", "address", "1.2.3.400"},
      {"modbus", "max_clients", "99"},
      {"outputs", "modbus_allow", "<img src=x onerror=hacked=1>"},
      {"meter", "multiplier", "0"},
      {"mqtt", "url", "mqtt://<b>x</b>"},
      {"time", "ntp_server", "<img src=x onerror=hacked=1>"},
    };
    try (Chromium page = new Chromium(dir, 360, 780)) {
      settings(page);
      type(page, "#network-method", "static");
      for (String[] one : wrong) {
        String error = "document.getElementById('error-" + one[0] + "-" + one[1] + "')";
        type(page, "#" + one[0] + "-" + one[1], one[2]);
        click(page, "#form-" + one[0] + " .buttons button");
        page.waitFor(error + ".textContent.startsWith('must ')");
        assertThat(page.eval("document.activeElement.id").asText())
            .as("focus in the wrong field")
            .isEqualTo(one[0] + "-" + one[1]);
        assertThat(page.eval("document.activeElement.getAttribute('aria-describedby')").asText())
            .contains("error-" + one[0] + "-" + one[1]);
      }
      assertThat(page.eval("document.querySelectorAll('main img, main script').length").asInt())
          .isZero();
      assertThat(page.eval("typeof hacked").asText()).isEqualTo("undefined");
      assertThat(page.console()).isEmpty();
    }
  }

  @Test
  void wrong_passwords_make_wait_and_a_logout_closes_the_settings() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      open(page, "settings");
      login(page, "wrong password");
      page.waitFor("document.querySelector('.login-error').textContent.includes('sticker')");
      login(page, STICKER);
      page.waitFor("document.getElementById('form-modbus')");
      page.waitFor("!document.getElementById('logout').hidden");
      click(page, "#logout");
      page.waitFor("document.querySelector('.login') && !document.getElementById('form-modbus')");
      for (int i = 0; i < 8; i++) {
        page.waitFor("!document.querySelector('.login button').disabled");
        login(page, "wrong password " + i);
        Thread.sleep(300);
      }
      page.waitFor("/Next try in \\d+ s/.test(document.querySelector('.login-error').textContent)");
      assertThat(page.eval("document.querySelector('.login button').disabled").asBoolean())
          .isTrue();
    }
  }

  @Test
  void a_token_is_shown_once_and_revoked_and_its_name_stays_text() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      settings(page);
      page.waitFor("document.getElementById('tokens-name')");
      type(page, "#tokens-name", "<img src=x onerror=hacked=1>");
      click(page, "#form-tokens .buttons button");
      page.waitFor("document.querySelector('.token input').value.length > 20");
      page.waitFor("document.querySelector('#form-tokens tbody th').textContent.includes('<img')");
      settings(page);
      page.waitFor("document.querySelector('#form-tokens tbody th')");
      assertThat(page.eval("document.querySelector('.token').textContent").asText()).isEmpty();
      click(page, "#form-tokens tbody button");
      click(page, "dialog .danger");
      page.waitFor("!document.querySelector('#form-tokens tbody th')");
      assertThat(page.eval("typeof hacked").asText()).isEqualTo("undefined");
      fits(page, "tokens");
    }
  }

  @Test
  void the_diagnosis_shows_the_meter_and_who_has_asked() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 1280, 900)) {
      open(page, "diagnose");
      page.waitFor("document.getElementById('lights').textContent.includes('Meter: good')");
      assertThat(
              page.eval(
                      "[...document.querySelectorAll('#lights li.bad b')].map(e => e.textContent).join('|')")
                  .asText())
          .isEqualTo("Charger: not good");
      page.waitFor("document.getElementById('telegram').textContent.startsWith('/EDS5')");
      assertThat(page.eval("document.querySelectorAll('#decoded .absent').length").asInt())
          .as("objects without a name")
          .isZero();
      assertThat(text(page, "trouble")).contains("No charger has ever asked");
      try (RawModbus charger = new RawModbus(modbusPort)) {
        charger.read(4, 0x8006, 2);
        page.waitFor("document.getElementById('lights').textContent.includes('Charger: good')");
        page.waitFor("document.getElementById('clients').textContent.includes('0x8006')");
      }
      assertThat(page.console()).isEmpty();
    }
  }

  @Test
  void a_french_telegram_is_taken_apart_too() throws Exception {
    start("tic-standard");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      open(page, "live");
      page.waitFor("document.getElementById('power').textContent.includes('VA')");
      type(page, "#language", "fr");
      open(page, "diagnose");
      page.waitFor(
          "document.getElementById('decoded').textContent.includes('Puissance souscrite')");
      assertThat(page.eval("document.querySelectorAll('#decoded .absent').length").asInt())
          .isZero();
    }
  }

  @Test
  void nothing_keeps_people_out_on_any_view_in_either_colour_scheme() throws Exception {
    start("emucs");
    String axe = axe();
    try (Chromium page = new Chromium(dir, 360, 780)) {
      for (String scheme : List.of("light", "dark")) {
        page.colours(scheme);
        for (String view : VIEWS.keySet()) {
          open(page, view);
          check(page, axe, view + " in " + scheme);
        }
        settings(page);
        page.eval("document.querySelectorAll('details').forEach(d => d.open = true)");
        check(page, axe, "settings after a login in " + scheme);
        click(page, "#logout");
        page.waitFor("document.querySelector('.login')");
      }
    }
  }

  private static void check(Chromium page, String axe, String what) throws Exception {
    page.eval(axe + "; 0");
    assertThat(
            page.eval(
                    "axe.run().then(r => r.violations.filter(v => ['serious',"
                        + " 'critical'].includes(v.impact)).map(v => v.id + ': ' + v.nodes.map(n =>"
                        + " n.target.join(' ')).join(', ')).join('; '))")
                .asText())
        .as(what)
        .isEmpty();
  }

  private static String axe() throws IOException {
    try (InputStream in = PageIT.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void the_whole_page_is_light() throws Exception {
    start("dsmr5-3phase");
    Set<String> files = new TreeSet<>();
    try (Chromium page = new Chromium(dir, 360, 780)) {
      for (String view : VIEWS.keySet()) {
        open(page, view);
      }
      page.requests().stream()
          .filter(url -> url.startsWith("http") && !url.contains("/api/v1/"))
          .map(url -> url.replaceFirst("[?#].*", ""))
          .forEach(files::add);
    }
    assertThat(files).contains(address("/js-yaml.mjs"), address("/setup.js"));
    int weight = 0;
    for (String file : files) {
      byte[] body =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(URI.create(file)).build(), BodyHandlers.ofByteArray())
              .body();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(body);
      }
      weight += packed.size();
    }
    System.out.println("the whole page weighs " + weight + " bytes");
    assertThat(weight).isLessThan(WEIGHT_BYTES_MAX);
  }

  @Test
  void what_is_wrong_is_said_in_the_language_of_the_page_and_nothing_is_made_up() throws Exception {
    start("silence");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      page.open(address("/#live"));
      page.waitFor("document.getElementById('language')");
      type(page, "#language", "nl");
      await()
          .atMost(Duration.ofSeconds(45))
          .untilAsserted(
              () ->
                  assertThat(text(page, "sentence"))
                      .startsWith("Meter: er komen geen gegevens binnen; controleer of de kabel")
                      .doesNotContain("no data", "check"));
      assertThat(text(page, "power")).isEqualTo("–");
      assertThat(page.eval("document.querySelector('.card.past').textContent").asText())
          .doesNotContain("0,00");
    }
  }

  @Test
  void the_past_is_drawn_by_quarter_hour_and_by_day_and_can_be_saved() throws Exception {
    SimulatedPast.write(
        Files.createDirectories(dir.resolve("state")), Scenario.EMUCS, Instant.now(), 3);
    start("emucs");
    try (Chromium page = new Chromium(dir, 360, 780)) {
      open(page, "live");
      page.waitFor(
          "document.querySelectorAll('#bars rect.import').length > 20 && document.querySelectorAll('#bars rect.export').length > 20");
      assertThat(page.eval("document.querySelector('.card.past').textContent").asText())
          .contains("kWh imported");
      assertThat(
              page.eval(
                      "fetch(document.querySelector('a[href*=\"history.csv\"]').href)"
                          + ".then(r => r.text()).then(t => t.split('\\n').length)")
                  .asInt())
          .isGreaterThan(100);
    }
  }

  @Test
  void settings_are_saved_to_a_file_and_brought_back_and_a_reset_forgets_them() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 1280, 900)) {
      settings(page);
      type(page, "#meter-main_fuse_a", "35");
      click(page, "#form-meter .buttons button");
      page.waitFor("document.querySelector('#form-meter .saved').textContent.includes('Saved')");
      open(page, "system");
      String backup = page.eval("fetch('/api/v1/backup').then(r => r.text())").asText();
      assertThat(backup).contains("\"main_fuse_a\" : 35");
      click(page, "[data-action=factory-reset]");
      page.waitFor("document.querySelector('dialog[open]')");
      type(page, "dialog[open] input", "RESET");
      page.eval("[...document.querySelectorAll('dialog[open] button')].at(-1).click()");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> !Files.exists(dir.resolve("state/settings.json")));
      settings(page);
      assertThat(page.eval("document.querySelector('#meter-main_fuse_a').value").asText())
          .isEqualTo("0");
      page.eval(
          "fetch('/api/v1/backup', {method: 'PUT', headers: {'Content-Type': 'application/json'},"
              + " body: "
              + quoted(backup.replace("\n", " "))
              + "}).then(r => r.status)");
      settings(page);
      assertThat(page.eval("document.querySelector('#meter-main_fuse_a').value").asText())
          .isEqualTo("35");
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = "pictures.after_s",
      matches = "[0-9]+",
      disabledReason = "pictures for the documentation; see tools/screenshots")
  void pictures_of_every_page_in_every_size_and_colour() throws Exception {
    SimulatedPast.write(
        Files.createDirectories(dir.resolve("state")), Scenario.EMUCS, Instant.now(), 31);
    start("emucs");
    // A curve of some minutes.
    Thread.sleep(Duration.ofSeconds(Integer.getInteger("pictures.after_s", 0)).toMillis());
    try (RawModbus charger = new RawModbus(modbusPort)) {
      for (int width : new int[] {1280, 360}) {
        try (Chromium page = new Chromium(dir, width, 900)) {
          settings(page);
          type(page, "#meter-main_fuse_a", "25");
          click(page, "#form-meter .buttons button");
          page.waitFor(
              "document.querySelector('#form-meter .saved').textContent.includes('Saved')");
          for (String scheme : List.of("light", "dark")) {
            page.colours(scheme);
            for (String view : VIEWS.keySet()) {
              charger.read(3, 0x8006, 30);
              open(page, view);
              if (view.equals("settings")) {
                page.waitFor("document.getElementById('form-reboot')");
              }
              if (view.equals("setup")) {
                page.eval("document.querySelectorAll('#steps button')[2].click()");
                page.waitFor("document.querySelectorAll('input[name=template]').length > 1");
              }
              Thread.sleep(3300);
              page.screenshot(SCREENSHOTS.resolve(view + "-" + width + "-" + scheme + ".png"));
            }
          }
        }
      }
    }
    assertThat(SCREENSHOTS).isDirectoryContaining("glob:**/settings-360-dark.png");
  }
}
