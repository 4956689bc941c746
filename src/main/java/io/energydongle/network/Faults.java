// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.config.NetworkSettings;
import io.energydongle.config.NetworkSettings.Method;
import java.util.Locale;

/** What went wrong, as sentences for people who can do something about it. */
final class Faults {

  static final String GIVEN_UP =
      "The settings on trial were not kept in time; the earlier ones are in force again.";

  private Faults() {}

  /** NetworkManager cannot be used. */
  static String noControl(String detail) {
    return "The network cannot be set up: " + detail + ".";
  }

  /** Ethernet was refused. */
  static String ethernet(NetworkSettings settings, String detail) {
    if (settings.method() == Method.STATIC && isAddressTaken(detail)) {
      return "The address "
          + settings.address()
          + " is in use by another device on this network; choose another one.";
    }
    if (isUnmanaged(detail)) {
      return unmanaged("Ethernet");
    }
    return "Ethernet could not be set up (" + without(detail) + ").";
  }

  /** True when another device answered for the address, as NetworkManager says it. */
  static boolean isAddressTaken(String detail) {
    return detail.contains("could not be reserved");
  }

  /** True when NetworkManager may not touch the interface, as it says it. */
  private static boolean isUnmanaged(String detail) {
    return detail.contains("unmanaged") || detail.contains("not managed");
  }

  private static String unmanaged(String what) {
    return what
        + " is set up by another program of this board, often in /etc/network/interfaces;"
        + " take it out there and restart the board.";
  }

  /** The Wi-Fi network of the settings was refused. */
  static String wifi(NetworkSettings settings, String detail) {
    String said = detail.toLowerCase(Locale.ROOT);
    String name = "\"" + settings.ssid() + "\"";
    // The second is what nmcli says when NetworkManager asks it for another password.
    if (said.contains("secrets were required")
        || said.contains("passwords or encryption keys are required")) {
      return "The Wi-Fi network " + name + " refused the password; check it.";
    }
    if (said.contains("could not be found") || said.contains("no network with ssid")) {
      return "The Wi-Fi network " + name + " was not found; check its name, and the distance.";
    }
    if (isAddressTaken(detail)) {
      return ethernet(settings, detail);
    }
    if (isUnmanaged(detail)) {
      return unmanaged("Wi-Fi");
    }
    return "The Wi-Fi network " + name + " could not be joined (" + without(detail) + ").";
  }

  /** The Wi-Fi network was joined, or not even that, and the time is over. */
  static String wifiTimeout(NetworkSettings settings, boolean joined) {
    String name = "\"" + settings.ssid() + "\"";
    return joined
        ? "The Wi-Fi network "
            + name
            + " gave no address; check the DHCP of its router, or set a fixed address."
        : "The Wi-Fi network " + name + " did not answer in time; check password and distance.";
  }

  /** There is no such interface. */
  static String noDevice(String device) {
    return "This board has no network interface " + device + ".";
  }

  /** The access point did not start. */
  static String accessPoint(String detail) {
    return "The access point could not be started (" + without(detail) + ").";
  }

  private static String without(String detail) {
    String line = detail.replaceFirst(" Hint: .*", "").replaceFirst("^Error: ", "");
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
