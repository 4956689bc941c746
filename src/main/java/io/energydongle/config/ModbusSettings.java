// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the user chose about the Modbus server; section {@code modbus} of the settings.
 *
 * @param template id of the register map.
 * @param maxClients TCP clients served at a time, 1..8.
 * @param stale what a client gets when the meter is silent.
 * @param staleAfterSeconds age from which the meter counts as silent, 5..3600 s, or 0 for the limit
 *     that fits the meter.
 */
public record ModbusSettings(
    String template, int maxClients, StalePolicy stale, int staleAfterSeconds) {

  /** What a client gets when the meter is silent. Source: {@code modbus.md} section 3. */
  public enum StalePolicy {
    /** Exception 04, so that the charger falls back to its safe current. */
    EXCEPTION("exception"),
    /** The last telegram for ever, as the original product. */
    HOLD("hold"),
    /** Zero in every register. */
    ZERO("zero");

    private final String code;

    StalePolicy(String code) {
      this.code = code;
    }

    /** Name in the settings. */
    public String code() {
      return code;
    }
  }

  /** What a new device does. */
  public static final ModbusSettings DEFAULT =
      new ModbusSettings("empro", 1, StalePolicy.EXCEPTION, 0);

  void write(ObjectNode node) {
    node.put("template", template);
    node.put("max_clients", maxClients);
    node.put("stale", stale.code());
    node.put("stale_after_s", staleAfterSeconds);
  }

  static ModbusSettings read(Section section) {
    String template = section.text("template", DEFAULT.template);
    int maxClients = section.number("max_clients", DEFAULT.maxClients, 1, 8);
    StalePolicy stale =
        section.choice("stale", DEFAULT.stale, StalePolicy.values(), StalePolicy::code);
    int staleAfterSeconds = section.number("stale_after_s", DEFAULT.staleAfterSeconds, 0, 3600);
    if (staleAfterSeconds > 0 && staleAfterSeconds < 5) {
      section.wrong("stale_after_s", "must be 0 (automatic) or 5..3600, is " + staleAfterSeconds);
    }
    section.refuseUnknownKeys();
    return new ModbusSettings(template, maxClients, stale, staleAfterSeconds);
  }
}
