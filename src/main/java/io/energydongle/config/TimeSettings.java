// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the user chose about the clock; section {@code time} of the settings.
 *
 * @param ntpServer name or IPv4 address of a time server; empty for those of the system and of
 *     DHCP.
 */
public record TimeSettings(String ntpServer) {

  /** What a new device does. */
  public static final TimeSettings DEFAULT = new TimeSettings("");

  private static final int NAME_LENGTH_MAX = 253;

  void write(ObjectNode node) {
    node.put("ntp_server", ntpServer);
  }

  static TimeSettings read(Section section) {
    String server = section.line("ntp_server", DEFAULT.ntpServer, NAME_LENGTH_MAX);
    if (!server.isEmpty() && !server.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
      section.wrong(
          "ntp_server",
          "must be a name or IPv4 address, such as pool.ntp.org, is \"" + server + "\"");
    }
    section.refuseUnknownKeys();
    return new TimeSettings(server);
  }
}
