// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.NetworkSettings;
import io.energydongle.config.NetworkSettings.Connection;
import io.energydongle.config.NetworkSettings.Method;
import io.energydongle.config.Secret;
import io.energydongle.status.WifiNetwork;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Values that were tried with NetworkManager; {@code platform.md} section 3.3. */
class ProfileTest {

  private static final NetworkSettings FIXED =
      new NetworkSettings(
          Connection.ETHERNET,
          Method.STATIC,
          "192.168.10.101",
          24,
          "192.168.10.1",
          "192.168.10.1",
          "",
          Optional.empty(),
          "");

  @Test
  void dhcp_never_gives_up_and_leaves_the_link_local_address_when_it_can() {
    assertThat(Profile.ethernet("eth0", NetworkSettings.DEFAULT, true).properties())
        .containsEntry("ipv4.method", "auto")
        .containsEntry("ipv4.link-local", "fallback")
        .containsEntry("ipv4.dhcp-timeout", "infinity")
        .containsEntry("ipv4.dhcp-hostname", "energy-dongle")
        .containsEntry("connection.autoconnect", "yes")
        .containsEntry("connection.autoconnect-priority", "20")
        .containsEntry("connection.autoconnect-retries", "0")
        .containsEntry("ipv6.method", "disabled");
  }

  @Test
  void network_manager_of_debian_12_keeps_the_link_local_address() {
    assertThat(Profile.ethernet("eth0", NetworkSettings.DEFAULT, false).properties())
        .containsEntry("ipv4.link-local", "enabled");
  }

  @Test
  void a_fixed_address_is_checked_for_duplicates_for_three_seconds() {
    assertThat(Profile.ethernet("eth0", FIXED, true).properties())
        .containsEntry("ipv4.method", "manual")
        .containsEntry("ipv4.addresses", "192.168.10.101/24")
        .containsEntry("ipv4.gateway", "192.168.10.1")
        .containsEntry("ipv4.dns", "192.168.10.1")
        .containsEntry("ipv4.link-local", "disabled")
        .containsEntry("ipv4.dad-timeout", "3000")
        // NetworkManager 1.52 would begin again at once, for ever.
        .containsEntry("connection.autoconnect-retries", "1");
  }

  @Test
  void the_access_point_is_wpa2_only() {
    assertThat(
            Profile.accessPoint("wlan0", "energy-dongle-ED1", Secret.ofText("ABCDE-FGHJK"))
                .properties())
        .containsEntry("802-11-wireless.mode", "ap")
        .containsEntry("802-11-wireless-security.key-mgmt", "wpa-psk")
        .containsEntry("802-11-wireless-security.proto", "rsn")
        .containsEntry("802-11-wireless-security.pairwise", "ccmp")
        .containsEntry("802-11-wireless-security.pmf", "disable")
        .containsEntry("ipv4.method", "shared")
        .containsEntry("ipv4.addresses", "192.168.71.1/24");
  }

  /** IEEE 802.11-2020, annex J.4.2, test vectors. */
  @Test
  void a_password_and_a_name_give_the_key_of_the_standard() {
    assertThat(WpaKey.of(Secret.ofText("password"), "IEEE").text())
        .isEqualTo("f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e");
    assertThat(WpaKey.of(Secret.ofText("ThisIsAPassword"), "ThisIsASSID").text())
        .isEqualTo("0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af");
  }

  @Test
  void a_key_of_64_digits_is_used_as_it_is() {
    Secret key = Secret.ofText("f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e");
    assertThat(WpaKey.of(key, "IEEE")).isEqualTo(key);
  }

  @Test
  void a_list_of_networks_may_hold_any_sign_in_a_name() {
    String terse =
        "Home:47:WPA2\nHome:70:WPA2\nCaf\\:e \\\\ 1:30:WPA1 WPA2\n:90:WPA2\nOffice:60:WPA2"
            + " 802.1X\nGuests:20:\n";
    assertThat(Nmcli.networks(terse))
        .containsExactly(
            new WifiNetwork("Home", 70, "wpa2"),
            new WifiNetwork("Office", 60, "other"),
            new WifiNetwork("Caf:e \\ 1", 30, "wpa2"),
            new WifiNetwork("Guests", 20, "open"));
  }

  @Test
  void the_name_of_the_access_point_ends_with_the_serial_number() {
    assertThat(Network.ssid("ED7K2M9Q4X")).isEqualTo("energy-dongle-ED7K2M9Q4X");
    assertThat(Network.ssid("0123456789012345678901234567890")).hasSize(32).endsWith("67890");
  }

  @Test
  void avahi_tells_the_name_that_is_left_after_a_conflict() {
    assertThat(LocalName.nameIn("s \"energy-dongle-2.local\"\n")).contains("energy-dongle-2.local");
    assertThat(LocalName.nameIn("Call failed")).isEmpty();
  }

  @Test
  void what_a_program_says_becomes_one_line_of_printable_signs() {
    assertThat(Command.printable("Error:\n\u001b[31m x\u0000")).isEqualTo("Error: ?[31m x?");
    assertThat(Command.printable("x".repeat(5_000))).hasSizeLessThan(210);
  }
}
