// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.status.NetworkStatus;
import io.energydongle.status.NetworkStatus.AccessPoint;
import io.energydongle.status.NetworkStatus.Link;
import io.energydongle.status.NetworkStatus.State;
import io.energydongle.status.WifiNetwork;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The network through the API, and what phones ask on the access point. */
class NetworkApiTest extends RunningWebServer {

  /** The tests come from here, so this is the access point. */
  private void openAccessPointAt(String address) {
    network =
        new NetworkStatus(
            Optional.empty(),
            "first-use",
            State.NO_LINK,
            Optional.empty(),
            Optional.of(new AccessPoint("energy-dongle-ED1", address)),
            Optional.of("The Wi-Fi network \"Home\" refused the password; check it."),
            Optional.of("energy-dongle.local"),
            OptionalInt.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "connectivitycheck.gstatic.com, /generate_204",
    "captive.apple.com, /hotspot-detect.html",
    "www.msftconnecttest.com, /connecttest.txt",
    "detectportal.firefox.com, /canonical.html"
  })
  void phones_that_look_for_a_login_page_are_led_to_the_page(String host, String path)
      throws Exception {
    openAccessPointAt("127.0.0.1");

    assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
        .isEqualTo("HTTP/1.1 302 Found");
  }

  @Test
  void nobody_is_led_anywhere_outside_the_access_point() throws Exception {
    openAccessPointAt("192.168.71.1");

    assertThat(raw("GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n\r\n"))
        .startsWith("HTTP/1.1 421");
  }

  @Test
  void a_foreign_name_can_change_nothing_even_on_the_access_point() throws Exception {
    openAccessPointAt("127.0.0.1");

    assertThat(
            raw("POST /api/v1/login HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 421");
  }

  @Test
  void wifi_networks_are_listed_without_a_login_only_on_the_access_point_of_a_new_device()
      throws Exception {
    openAccessPointAt("192.168.71.1");
    assertThat(code(send("GET", "/api/v1/network/scan", ""))).isEqualTo("401 login-required");

    openAccessPointAt("127.0.0.1");
    assertThat(json(send("GET", "/api/v1/network/scan", "")).at("/networks/0/ssid").asText())
        .isEqualTo("Home");

    String cookie = login(STICKER);
    send(
        "PUT",
        "/api/v1/settings/network",
        "{\"connection\":\"ethernet\",\"method\":\"dhcp\"}",
        "Cookie",
        cookie);
    assertThat(code(send("GET", "/api/v1/network/scan", ""))).isEqualTo("401 login-required");
  }

  @Test
  void the_status_tells_where_the_device_is() throws Exception {
    network =
        new NetworkStatus(
            Optional.empty(),
            "wifi",
            State.UP,
            Optional.of(
                new Link(
                    "wlan0",
                    true,
                    Optional.of("192.168.5.20"),
                    24,
                    "192.168.5.1",
                    List.of("192.168.5.1"),
                    "dhcp",
                    Optional.of(new WifiNetwork("Home", 64, "wpa2")))),
            Optional.empty(),
            Optional.empty(),
            Optional.of("energy-dongle-2.local"),
            OptionalInt.of(90));

    assertThat(json(send("GET", "/api/v1/status", "")).at("/network"))
        .isEqualTo(
            JSON.readTree(
                """
                {"available":true,"mode":"wifi","state":"up","connected":true,
                 "interface":"wlan0","carrier":true,"address":"192.168.5.20","prefix_length":24,
                 "source":"dhcp","gateway":"192.168.5.1","dns":["192.168.5.1"],
                 "ssid":"Home","signal_percent":64,"access_point":{"on":false},
                 "mdns":"energy-dongle-2.local","trial_s":90}
                """));
  }

  @Test
  void the_reason_of_a_failure_stands_among_the_problems() throws Exception {
    openAccessPointAt("192.168.71.1");

    assertThat(json(send("GET", "/api/v1/status", "")).at("/problems").toString())
        .contains("refused the password");
  }

  @Test
  void settings_are_tried_first_and_saved_when_they_are_kept() throws Exception {
    String cookie = login(STICKER);
    String body =
        "{\"connection\":\"ethernet\",\"method\":\"static\",\"address\":\"192.168.10.101\"}";

    assertThat(code(send("POST", "/api/v1/network/test/keep", "", "Cookie", cookie)))
        .isEqualTo("409 no-trial");
    assertThat(send("POST", "/api/v1/network/test", body, "Cookie", cookie).statusCode())
        .isEqualTo(202);
    assertThat(asked).contains("try ethernet 192.168.10.101");
    assertThat(settings.current().network().address()).isEmpty();

    assertThat(send("POST", "/api/v1/network/test/keep", "", "Cookie", cookie).statusCode())
        .isEqualTo(204);
    assertThat(settings.current().network().address()).isEqualTo("192.168.10.101");
  }

  @Test
  void settings_that_make_no_sense_are_not_even_tried() throws Exception {
    String cookie = login(STICKER);

    assertThat(
            send(
                    "POST",
                    "/api/v1/network/test",
                    "{\"connection\":\"ethernet\",\"method\":\"static\"}",
                    "Cookie",
                    cookie)
                .statusCode())
        .isEqualTo(422);
    assertThat(asked).isEmpty();
  }

  @Test
  void a_host_that_sets_up_its_network_itself_is_left_alone() throws Exception {
    network =
        new NetworkStatus(
            Optional.of("The host does it."),
            "ethernet",
            State.UP,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty());
    String cookie = login(STICKER);

    assertThat(code(send("GET", "/api/v1/network/scan", "", "Cookie", cookie)))
        .isEqualTo("501 not-available");
    assertThat(json(send("GET", "/api/v1/status", "")).at("/network/reason").asText())
        .isEqualTo("The host does it.");
  }
}
