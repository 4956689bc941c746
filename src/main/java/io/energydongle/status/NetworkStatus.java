// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the device is connected, as its interfaces say.
 *
 * @param uncontrolled why the device does not set up the network itself, a sentence; empty when it
 *     does.
 * @param mode {@code first-use}, {@code ethernet} or {@code wifi}: what is set up, or tried.
 * @param state what came of it.
 * @param link the interface in use; empty when there is none.
 * @param accessPoint the device's own Wi-Fi; empty while it is off.
 * @param fault what went wrong last and still counts, a sentence with what to do.
 * @param localName name by multicast DNS, such as {@code energy-dongle-2.local} after a conflict;
 *     empty when not known.
 * @param trialSeconds time until settings that are only tried are given up, s.
 */
public record NetworkStatus(
    Optional<String> uncontrolled,
    String mode,
    State state,
    Optional<Link> link,
    Optional<AccessPoint> accessPoint,
    Optional<String> fault,
    Optional<String> localName,
    OptionalInt trialSeconds) {

  /** Nothing is known yet. */
  public static final NetworkStatus UNKNOWN =
      new NetworkStatus(
          Optional.empty(),
          "first-use",
          State.TRYING,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty());

  /** What came of the settings. */
  public enum State {
    /** There is an address that others can reach. */
    UP("up"),
    /** Only an address that the device gave itself, 169.254.x.x. */
    LINK_LOCAL("link-local"),
    /** No cable, or no Wi-Fi network joined. */
    NO_LINK("no-link"),
    /** Connected, without an address. */
    NO_ADDRESS("no-address"),
    /** A change is under way. */
    TRYING("trying");

    private final String code;

    State(String code) {
      this.code = code;
    }

    /** Name in the API. */
    public String code() {
      return code;
    }
  }

  /**
   * An interface.
   *
   * @param device its name, such as {@code eth0}.
   * @param carrier true when a cable is plugged in, or a Wi-Fi network joined.
   * @param address IPv4 address; empty without one.
   * @param prefixLength of the network's part of the address, bits.
   * @param gateway router; empty for none.
   * @param dns name servers.
   * @param source {@code dhcp}, {@code static} or {@code link-local}; empty without an address.
   * @param wifi the Wi-Fi network it has joined.
   */
  public record Link(
      String device,
      boolean carrier,
      Optional<String> address,
      int prefixLength,
      String gateway,
      List<String> dns,
      String source,
      Optional<WifiNetwork> wifi) {
    public Link {
      dns = List.copyOf(dns);
    }
  }

  /**
   * The device's own Wi-Fi.
   *
   * @param ssid its name.
   * @param address of the device in it.
   */
  public record AccessPoint(String ssid, String address) {}
}
