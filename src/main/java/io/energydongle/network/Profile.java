// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.config.NetworkSettings;
import io.energydongle.config.NetworkSettings.Method;
import io.energydongle.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A profile of NetworkManager: one way to use one interface.
 *
 * <p>Source: {@code platform.md} sections 3.2 to 3.4, which tell how each value was tried.
 *
 * @param name unique among profiles; ours begin with {@code ed-}.
 * @param type {@code ethernet} or {@code wifi}.
 * @param device name of the interface.
 * @param properties value by property name of NetworkManager, in the order to set them.
 * @param key 256 bits of the Wi-Fi network as hexadecimal digits.
 */
record Profile(
    String name, String type, String device, Map<String, String> properties, Optional<Secret> key) {

  static final String ETHERNET = "ed-eth";
  static final String WIFI = "ed-wifi";
  static final String ACCESS_POINT = "ed-ap";

  /** Everything that this program ever makes. */
  static final List<String> ALL = List.of(ETHERNET, WIFI, ACCESS_POINT);

  /** Address of the device in its own Wi-Fi network, which is 192.168.71.0/24. */
  static final String ACCESS_POINT_ADDRESS = "192.168.71.1";

  /** What DHCP servers learn as the name of the device. */
  private static final String HOST_NAME = "energy-dongle";

  private static final String AUTOCONNECT = "connection.autoconnect";
  private static final String KEY_MANAGEMENT = "802-11-wireless-security.key-mgmt";
  private static final int DUPLICATE_CHECK_MILLIS = 3_000;

  Profile {
    properties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /** Ethernet with the address of the settings. */
  static Profile ethernet(String device, NetworkSettings settings, boolean fallback) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(AUTOCONNECT, "yes");
    properties.put("connection.autoconnect-priority", "20");
    addressing(properties, settings, fallback);
    return new Profile(ETHERNET, "ethernet", device, properties, Optional.empty());
  }

  /**
   * A Wi-Fi network of somebody else.
   *
   * @param proven true when these settings have worked before.
   */
  static Profile wifi(String device, NetworkSettings settings, boolean fallback, boolean proven) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("802-11-wireless.ssid", settings.ssid());
    properties.put(AUTOCONNECT, proven ? "yes" : "no");
    // Saving power costs a charger's poll up to some hundred milliseconds.
    properties.put("802-11-wireless.powersave", "2");
    properties.put(KEY_MANAGEMENT, "wpa-psk");
    addressing(properties, settings, fallback);
    return new Profile(
        WIFI,
        "wifi",
        device,
        properties,
        settings.wifiPassword().map(password -> WpaKey.of(password, settings.ssid())));
  }

  /** The Wi-Fi network of this device. */
  static Profile accessPoint(String device, String ssid, Secret passphrase) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("802-11-wireless.ssid", ssid);
    properties.put(AUTOCONNECT, "no");
    properties.put("802-11-wireless.mode", "ap");
    properties.put("802-11-wireless.band", "bg");
    properties.put("802-11-wireless.channel", "6");
    properties.put(KEY_MANAGEMENT, "wpa-psk");
    properties.put("802-11-wireless-security.proto", "rsn");
    properties.put("802-11-wireless-security.pairwise", "ccmp");
    properties.put("802-11-wireless-security.group", "ccmp");
    // The Wi-Fi chip of Raspberry Pi boards cannot start a protected access point otherwise.
    properties.put("802-11-wireless-security.pmf", "disable");
    properties.put("ipv4.method", "shared");
    properties.put("ipv4.addresses", ACCESS_POINT_ADDRESS + "/24");
    properties.put("ipv6.method", "disabled");
    return new Profile(
        ACCESS_POINT, "wifi", device, properties, Optional.of(WpaKey.of(passphrase, ssid)));
  }

  private static void addressing(
      Map<String, String> properties, NetworkSettings settings, boolean fallback) {
    boolean fixed = settings.method() == Method.STATIC;
    // For ever; but a fixed address that another device has would be tried again every four
    // seconds, with so much work that nothing else gets done: the gateway tries it instead.
    properties.put("connection.autoconnect-retries", fixed ? "1" : "0");
    properties.put("ipv4.method", fixed ? "manual" : "auto");
    properties.put(
        "ipv4.addresses", fixed ? settings.address() + "/" + settings.prefixLength() : "");
    properties.put("ipv4.gateway", fixed ? settings.gateway() : "");
    properties.put("ipv4.dns", fixed ? settings.dns() : "");
    properties.put("ipv4.link-local", fixed ? "disabled" : fallback ? "fallback" : "enabled");
    properties.put("ipv4.dad-timeout", fixed ? Integer.toString(DUPLICATE_CHECK_MILLIS) : "-1");
    // A finite time would take the link-local address away when it ends.
    properties.put("ipv4.dhcp-timeout", "infinity");
    properties.put("ipv4.dhcp-hostname", HOST_NAME);
    properties.put("ipv6.method", "disabled");
  }

  /** The same for equal profiles, another for others; tells nothing about the key. */
  String digest() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update((name + "\n" + device + "\n" + properties).getBytes(StandardCharsets.UTF_8));
      key.ifPresent(secret -> sha.update(secret.reveal()));
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
