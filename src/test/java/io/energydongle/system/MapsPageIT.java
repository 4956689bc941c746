// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.testkit.Chromium;
import io.energydongle.testkit.RawModbus;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Choosing, previewing and bringing register maps in a real browser. */
class MapsPageIT extends RunningPage {

  private static final String CHOICES =
      "[...document.querySelectorAll('input[name=template]')].map(e => e.value).join(' ')";

  @Test
  void a_map_is_found_by_what_one_owns_and_shown_in_both_word_orders() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 360, 780);
        RawModbus victron = new RawModbus(modbusPort)) {
      open(page, "setup");
      page.waitFor("document.getElementById('setup-meter').textContent.includes('is found')");
      click(page, "#next");
      page.waitFor("document.getElementById('setup-network').textContent.includes('vailable')");
      click(page, "#next");
      page.waitFor("document.querySelectorAll('input[name=template]').length > 1");
      assertThat(page.eval(CHOICES).asText()).isEqualTo("empro empro-genuine");
      type(page, "#map-search", "alfen");
      assertThat(page.eval(CHOICES).asText()).contains("socomec-countis");
      type(page, "#map-search", "VICTRON gx");
      page.waitFor(CHOICES + ".startsWith('em24-ethernet')");
      click(page, "input[value=em24-ethernet]");
      page.waitFor("document.getElementById('map-meter').textContent.includes('Carlo Gavazzi')");
      page.waitFor("document.getElementById('preview').textContent.includes('0x0028')");
      // 0x000B holds a constant; the voltage of L1 comes low word first, and high word first
      // beside.
      String row = page.eval("document.querySelector('#preview tbody tr').textContent").asText();
      assertThat(row).matches("(?s).*([0-9A-F]{4}) 0000.*0000 \\1.*");
      fits(page, "the maps");
      click(page, "#save-template");
      login(page, STICKER);
      page.waitFor(
          "[...document.querySelectorAll('.saved')].some(e => e.textContent.includes('Saved'))");
      assertThat(victron.read(3, 0x000B, 1)).endsWith("0670");
      assertThat(page.console()).isEmpty();
    }
  }

  @Test
  void the_settings_are_shown_once_after_a_login_and_wipe_nothing_that_is_typed() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 1280, 900)) {
      open(page, "settings");
      page.waitFor("document.querySelector('.login')");
      page.eval(
          "{window.shown = 0; new MutationObserver(all => all.forEach(m =>"
              + " m.addedNodes.forEach(n => shown += n.id === 'form-reboot')))"
              + ".observe(document.body, {childList: true, subtree: true})}");
      login(page, STICKER);
      page.waitFor("document.getElementById('form-reboot')");
      // The login is told twice, and each time all sections are read; this is one of the last.
      page.waitFor(
          "performance.getEntriesByType('resource')"
              + ".filter(e => e.name.endsWith('/api/v1/certificate')).length > 1");
      page.eval("new Promise(done => setTimeout(done, 300))");
      assertThat(page.eval("window.shown").asInt()).isEqualTo(1);
    }
  }

  @Test
  void a_map_of_ones_own_is_brought_used_and_deleted() throws Exception {
    start("dsmr5-3phase");
    try (Chromium page = new Chromium(dir, 1280, 900);
        RawModbus wire = new RawModbus(modbusPort)) {
      settings(page);
      type(
          page,
          "#maps-toml",
          """
          id = "mine"
          title = "Mine"
          word_order = "sideways"
          """);
      click(page, "#form-maps button:not([type=button])");
      page.waitFor("document.getElementById('error-maps-toml').textContent.includes('line 3')");
      type(
          page,
          "#maps-toml",
          """
          id = "mine"
          title = "Mine"
          word_order = "high-first"
          windows = [{ from = 5, to = 6 }]
          points = [{ address = 5, constant = 4711, type = "u16" }]
          """);
      click(page, "#form-maps button:not([type=button])");
      page.waitFor(
          "document.getElementById('form-maps').textContent.includes('can be chosen now')");
      assertThat(Files.exists(dir.resolve("state/templates/mine.toml"))).isTrue();
      type(page, "#modbus-units", "7=mine");
      click(page, "#form-modbus button:not([type=button])");
      page.waitFor("document.querySelector('#form-modbus .saved').textContent.includes('Saved')");
      assertThat(wire.ask("0001 0000 0006 07 03 0005 0001").replace(" ", "")).endsWith("1267");
      assertThat(page.console()).isEmpty();
    }
  }
}
