// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names and addresses under which this device may be called. A page of somebody else that made
 * its own name point here (DNS rebinding) calls it by another one.
 *
 * <p>Source: {@code platform.md} section 8, "DNS rebinding".
 */
final class HostNames {

  /**
   * With a number where there are several, and with the endings that routers give to names in their
   * own network: no name that a public name server can give away.
   */
  private static final Pattern OWN_NAME =
      Pattern.compile(
          "localhost|energy-dongle(-[0-9a-z]{1,20})?"
              + "(\\.(local|lan|home|home\\.arpa|localdomain|internal|fritz\\.box))?");

  private HostNames() {}

  /**
   * True when a Host header names this device.
   *
   * @param header name or IPv4 address, with or without port.
   * @param calledAddress own address at which the request arrived; asking the system for the others
   *     takes longer than the rest of a request.
   */
  static boolean isOwn(String header, String calledAddress) {
    String host = withoutPort(header);
    return host.equals(calledAddress) || isOwnName(host) || ownAddresses().contains(host);
  }

  private static boolean isOwnName(String host) {
    return OWN_NAME.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  /** Name or address of a Host header. */
  static String withoutPort(String header) {
    int colon = header.lastIndexOf(':');
    boolean port = colon >= 0 && header.length() - colon <= 6;
    for (int i = colon + 1; port && i < header.length(); i++) {
      port = header.charAt(i) >= '0' && header.charAt(i) <= '9';
    }
    return port ? header.substring(0, colon) : header;
  }

  private static Set<String> ownAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(InetAddress::getHostAddress)
          .collect(Collectors.toSet());
    } catch (SocketException e) {
      return Set.of("127.0.0.1");
    }
  }
}
