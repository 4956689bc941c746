// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the user chose about the network; section {@code network} of the settings. IPv4 only.
 *
 * @param connection how the device is connected.
 * @param method where its address comes from.
 * @param address static address; may be empty with DHCP, like the three after it.
 * @param prefixLength length of the network's part of the address, 1..30.
 * @param gateway router; empty for none.
 * @param dns name server; empty for none.
 * @param ssid name of the Wi-Fi network, at most 32 bytes.
 * @param wifiPassword of the Wi-Fi network: 8..63 characters, or 64 hexadecimal digits.
 * @param wifiCountry two capital letters that tell which channels are allowed; empty for as the
 *     board is set up.
 */
public record NetworkSettings(
    Connection connection,
    Method method,
    String address,
    int prefixLength,
    String gateway,
    String dns,
    String ssid,
    Optional<Secret> wifiPassword,
    String wifiCountry) {

  /** How the device is connected. */
  public enum Connection {
    /** Not chosen yet: the access point of the device, and Ethernet with DHCP. */
    FIRST_USE("first-use"),
    ETHERNET("ethernet"),
    WIFI("wifi");

    private final String code;

    Connection(String code) {
      this.code = code;
    }

    /** Name in the settings. */
    public String code() {
      return code;
    }
  }

  /** Where the address comes from. */
  public enum Method {
    DHCP("dhcp"),
    STATIC("static");

    private final String code;

    Method(String code) {
      this.code = code;
    }

    /** Name in the settings. */
    public String code() {
      return code;
    }
  }

  /** What a new device does. */
  public static final NetworkSettings DEFAULT =
      new NetworkSettings(
          Connection.FIRST_USE, Method.DHCP, "", 24, "", "", "", Optional.empty(), "");

  private static final int SSID_BYTES_MAX = 32;
  private static final int PREFIX_LENGTH_MAX = 30;

  void write(ObjectNode node, SecretForm form) {
    node.put("connection", connection.code());
    node.put("method", method.code());
    node.put("address", address);
    node.put("prefix_length", prefixLength);
    node.put("gateway", gateway);
    node.put("dns", dns);
    node.put("ssid", ssid);
    form.putText(node, "wifi_password", wifiPassword);
    node.put("wifi_country", wifiCountry);
  }

  static NetworkSettings read(Section section) {
    NetworkSettings settings =
        new NetworkSettings(
            section.choice("connection", DEFAULT.connection, Connection.values(), Connection::code),
            section.choice("method", DEFAULT.method, Method.values(), Method::code),
            section.ipv4OrEmpty("address"),
            section.number("prefix_length", DEFAULT.prefixLength, 1, PREFIX_LENGTH_MAX),
            section.ipv4OrEmpty("gateway"),
            section.ipv4OrEmpty("dns"),
            section.line("ssid", DEFAULT.ssid, SSID_BYTES_MAX),
            section.secretText("wifi_password", 8, 64),
            section.text("wifi_country", DEFAULT.wifiCountry));
    if (settings.method == Method.STATIC) {
      checkStatic(settings, section);
    }
    checkWifi(settings, section);
    section.refuseUnknownKeys();
    return settings;
  }

  private static void checkStatic(NetworkSettings settings, Section section) {
    OptionalInt address = Ipv4.parse(settings.address);
    if (address.isEmpty()) {
      if (settings.address.isEmpty()) {
        section.wrong("address", "must be given with a static address, such as 192.168.1.50");
      }
      return;
    }
    int mask = Ipv4.mask(settings.prefixLength);
    int host = address.getAsInt() & ~mask;
    int first = address.getAsInt() >>> 24;
    if (host == 0 || host == ~mask || first == 0 || first == 127 || first >= 224) {
      section.wrong(
          "address",
          "must be the address of a device in its network, which "
              + settings.address
              + "/"
              + settings.prefixLength
              + " is not");
    }
    OptionalInt gateway = Ipv4.parse(settings.gateway);
    if (gateway.isPresent() && (gateway.getAsInt() & mask) != (address.getAsInt() & mask)) {
      section.wrong(
          "gateway",
          "must lie in the network of the address, "
              + new Ipv4(address.getAsInt() & mask, settings.prefixLength)
              + ", is "
              + settings.gateway);
    }
  }

  private static void checkWifi(NetworkSettings settings, Section section) {
    if (settings.ssid.getBytes(StandardCharsets.UTF_8).length > SSID_BYTES_MAX) {
      section.wrong("ssid", "must have at most 32 bytes; an accented letter has two");
    }
    if (settings.wifiPassword.isPresent() && !isWifiPassword(settings.wifiPassword.get())) {
      section.wrong(
          "wifi_password",
          "must be 8 to 63 letters, digits and signs without accents, or 64 hexadecimal digits"
              + " (not shown, it is a secret)");
    }
    if (!settings.wifiCountry.matches("([A-Z]{2})?")) {
      section.wrong(
          "wifi_country",
          "must be two capital letters such as NL, BE or FR, is \"" + settings.wifiCountry + "\"");
    }
    if (settings.connection == Connection.WIFI) {
      if (settings.ssid.isEmpty()) {
        section.wrong("ssid", "must be the name of the Wi-Fi network");
      }
      if (settings.wifiPassword.isEmpty()) {
        section.wrong("wifi_password", "must be given; networks without a password are not used");
      }
    }
  }

  private static boolean isWifiPassword(Secret password) {
    String text = password.text();
    return text.length() == 64 ? text.matches("[0-9A-Fa-f]*") : text.matches("[ -~]{8,63}");
  }
}
