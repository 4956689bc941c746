// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the user chose about the Modbus server; section {@code modbus} of the settings.
 *
 * @param template id of the register map of every unit identifier that is not named.
 * @param units register maps of single unit identifiers, 0..255.
 * @param ports register maps of further TCP ports, 1..65535, whatever the unit identifier.
 * @param maxClients TCP clients served at a time, 1..8.
 * @param stale what a client gets when the meter is silent.
 * @param staleAfterSeconds age from which the meter counts as silent, 5..3600 s, or 0 for the limit
 *     that fits the meter.
 */
public record ModbusSettings(
    String template,
    Map<Integer, UnitMap> units,
    Map<Integer, UnitMap> ports,
    int maxClients,
    StalePolicy stale,
    int staleAfterSeconds) {

  public ModbusSettings {
    units = Collections.unmodifiableMap(new TreeMap<>(units));
    ports = Collections.unmodifiableMap(new TreeMap<>(ports));
  }

  /**
   * What a unit identifier or a port sees.
   *
   * @param template id of its register map.
   * @param stale what its clients get when the meter is silent; empty for what the map says of
   *     itself, or else for what all others get.
   * @param holdSeconds with {@link StalePolicy#HOLD}: how long; 0 for as long as the map allows,
   *     and for ever when it says nothing.
   */
  public record UnitMap(String template, Optional<StalePolicy> stale, int holdSeconds) {

    @Override
    public String toString() {
      return template
          + stale.map(each -> "/" + each.code()).orElse("")
          + (holdSeconds == 0 ? "" : ":" + holdSeconds);
    }
  }

  /** What a client gets when the meter is silent. Source: {@code modbus.md} section 3. */
  public enum StalePolicy {
    /** Exception 04, so that the charger falls back to its safe current. */
    EXCEPTION("exception"),
    /** The last telegram for ever, as the original product. */
    HOLD("hold"),
    /** Zero in every value. */
    ZERO("zero"),
    /** The word that says of every value that it is not available. */
    NOT_AVAILABLE("not-available"),
    /** No answer: the connection is closed. */
    CLOSE("close");

    private final String code;

    StalePolicy(String code) {
      this.code = code;
    }

    /** Name in the settings. */
    public String code() {
      return code;
    }
  }

  /** Further ports; each costs a thread. */
  private static final int PORTS_MAX = 4;

  private static final int TEXT_LENGTH_MAX = 1_000;
  private static final int HOLD_SECONDS_MAX = 86_400;
  private static final Pattern ENTRY =
      Pattern.compile(
          "([0-9]{1,5})\\s*=\\s*([a-z0-9][a-z0-9-]{0,63})(?:/([a-z-]{1,20})(?::([0-9]{1,5}))?)?");

  /** What a new device does. */
  public static final ModbusSettings DEFAULT =
      new ModbusSettings("empro", Map.of(), Map.of(), 1, StalePolicy.EXCEPTION, 0);

  void write(ObjectNode node) {
    node.put("template", template);
    node.put("units", text(units));
    node.put("ports", text(ports));
    node.put("max_clients", maxClients);
    node.put("stale", stale.code());
    node.put("stale_after_s", staleAfterSeconds);
  }

  private static String text(Map<Integer, UnitMap> maps) {
    return maps.entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(Collectors.joining(", "));
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
    Map<Integer, UnitMap> units =
        readMaps(
            section, "units", "unit identifiers", "2=sdm630, 3=em24-ethernet/hold:300", 0, 255, 16);
    Map<Integer, UnitMap> ports =
        readMaps(section, "ports", "TCP ports", "1502=sdm630", 1, 65_535, PORTS_MAX);
    section.refuseUnknownKeys();
    return new ModbusSettings(template, units, ports, maxClients, stale, staleAfterSeconds);
  }

  private static Map<Integer, UnitMap> readMaps(
      Section section, String key, String what, String example, int least, int most, int entries) {
    String text = section.line(key, "", TEXT_LENGTH_MAX).strip();
    Map<Integer, UnitMap> maps = new TreeMap<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      Matcher matcher = ENTRY.matcher(part.strip());
      boolean good = matcher.matches();
      int number = good ? Integer.parseInt(matcher.group(1)) : -1;
      Optional<StalePolicy> stale = Optional.empty();
      if (good && matcher.group(3) != null) {
        stale =
            Arrays.stream(StalePolicy.values())
                .filter(each -> each.code.equals(matcher.group(3)))
                .findFirst();
        good = stale.isPresent();
      }
      int hold = 0;
      if (good && matcher.group(4) != null) {
        hold = Integer.parseInt(matcher.group(4));
        good =
            stale.filter(StalePolicy.HOLD::equals).isPresent()
                && hold >= 1
                && hold <= HOLD_SECONDS_MAX;
      }
      if (!good || number < least || number > most) {
        section.wrong(
            key,
            "must be "
                + what
                + " with their maps, such as "
                + example
                + ", has \""
                + part.strip()
                + "\"");
        return Map.of();
      }
      if (maps.put(number, new UnitMap(matcher.group(2), stale, hold)) != null) {
        section.wrong(key, "must name each number once, names " + number + " twice");
      }
    }
    if (maps.size() > entries) {
      section.wrong(key, "must have at most " + entries + " entries, has " + maps.size());
    }
    return maps;
  }
}
