// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Which outputs are open, and to whom; section {@code outputs} of the settings. Modbus TCP knows no
 * passwords, so the network is what protects it.
 *
 * @param modbus serve Modbus TCP.
 * @param modbusAllow who may connect to it; empty for everybody.
 * @param metrics serve {@code /metrics}.
 * @param copyPort TCP port that copies the bytes of the meter, 1..65535; 0 = off.
 * @param copyAllow who may connect to it; empty for everybody.
 */
public record OutputSettings(
    boolean modbus, List<Ipv4> modbusAllow, boolean metrics, int copyPort, List<Ipv4> copyAllow) {

  /** What a new device does. */
  public static final OutputSettings DEFAULT =
      new OutputSettings(true, List.of(), true, 0, List.of());

  private static final int ALLOWED_MAX = 16;
  private static final int PORT_MAX = 65_535;
  private static final int TEXT_LENGTH_MAX = 400;

  public OutputSettings {
    modbusAllow = List.copyOf(modbusAllow);
    copyAllow = List.copyOf(copyAllow);
  }

  void write(ObjectNode node) {
    node.put("modbus", modbus);
    node.put("modbus_allow", text(modbusAllow));
    node.put("metrics", metrics);
    node.put("copy_port", copyPort);
    node.put("copy_allow", text(copyAllow));
  }

  private static String text(List<Ipv4> networks) {
    return networks.stream().map(Ipv4::toString).collect(Collectors.joining(", "));
  }

  static OutputSettings read(Section section) {
    boolean modbus = section.flag("modbus", DEFAULT.modbus);
    List<Ipv4> modbusAllow = allow(section, "modbus_allow");
    boolean metrics = section.flag("metrics", DEFAULT.metrics);
    int copyPort = section.number("copy_port", DEFAULT.copyPort, 0, PORT_MAX);
    List<Ipv4> copyAllow = allow(section, "copy_allow");
    section.refuseUnknownKeys();
    return new OutputSettings(modbus, modbusAllow, metrics, copyPort, copyAllow);
  }

  private static List<Ipv4> allow(Section section, String key) {
    String text = section.line(key, "", TEXT_LENGTH_MAX).strip();
    List<Ipv4> allow = new ArrayList<>();
    if (text.isEmpty()) {
      return allow;
    }
    for (String part : text.split(",", -1)) {
      String[] halves = part.strip().split("/", 2);
      OptionalInt address = Ipv4.parse(halves[0]);
      String length = halves.length == 2 ? halves[1] : "32";
      if (address.isEmpty() || !length.matches("[0-9]|[12][0-9]|3[0-2]")) {
        section.wrong(
            key,
            "must be IPv4 addresses or networks with commas between them, such as 192.168.1.20,"
                + " 192.168.2.0/24, has \""
                + part.strip()
                + "\"");
        return List.of();
      }
      int prefix = Integer.parseInt(length);
      allow.add(new Ipv4(address.getAsInt() & Ipv4.mask(prefix), prefix));
    }
    if (allow.size() > ALLOWED_MAX) {
      section.wrong(key, "must have at most 16 entries, has " + allow.size());
      return List.of();
    }
    return allow;
  }
}
