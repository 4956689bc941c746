// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import java.util.List;

/**
 * What the kernel says about a network interface.
 *
 * @param present whether it exists.
 * @param carrier true when a cable is plugged in, or a Wi-Fi network joined.
 * @param addresses its IPv4 addresses.
 */
record Face(boolean present, boolean carrier, List<Address> addresses) {

  /** There is no such interface. */
  static final Face ABSENT = new Face(false, false, List.of());

  Face {
    addresses = List.copyOf(addresses);
  }

  /**
   * An IPv4 address.
   *
   * @param text dotted decimal.
   * @param prefixLength of the network's part, 0..32 bits.
   */
  record Address(String text, int prefixLength) {
    /** True for one that a device gives itself (RFC 3927). */
    boolean isLinkLocal() {
      return text.startsWith("169.254.");
    }
  }

  /** True with an address that others can reach. */
  boolean hasRoutable() {
    return addresses.stream().anyMatch(address -> !address.isLinkLocal());
  }

  boolean has(String address) {
    return addresses.stream().anyMatch(each -> each.text().equals(address));
  }

  /** Tells of interfaces; answers at once. */
  interface Source {
    Face look(String name);
  }
}
