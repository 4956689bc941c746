// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.modbus.PeerStatus.Request;
import io.energydongle.modbus.RegisterTemplate.Point;
import io.energydongle.modbus.RegisterTemplate.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What to tell an installer about a client, from what it has really asked. Word order cannot be
 * seen in a request; it is concluded from masters whose requests are known.
 *
 * <p>Source: {@code masters.md}.
 */
public final class Advice {

  private static final int ILLEGAL_FUNCTION = 1;
  private static final int ILLEGAL_ADDRESS = 2;

  /** OpenEMS reads the meter in these two blocks, and takes the low word for the first. */
  private static final List<Window> OPENEMS = List.of(block(0x8006, 57), block(0x8100, 8));

  /** Nobody takes the gateway for this one without having read of it. */
  private static final String OWN = "energy-dongle";

  private static final String VICTRON = "em24-ethernet";

  /** Maps whose identification a Victron GX device accepts. */
  private static final Set<String> VICTRON_TAKES = Set.of(VICTRON, "abb-b23-b24");

  /** Identification of Carlo Gavazzi, of ABB, and of Victron's own meters. */
  private static final Set<Integer> VICTRON_PROBES = Set.of(0x000B, 0x8960, 0x1000);

  private static final int READ_HOLDING = 3;
  private static final int PROBE_MAX = 2;
  private static final int CANDIDATES_MAX = 3;

  private Advice() {}

  private static Window block(int first, int count) {
    return new Window(first, first + count - 1);
  }

  /**
   * Sentences about a client, the most important one first; none when all is well.
   *
   * @param template the map that it reads.
   * @param all every map there is.
   */
  public static List<String> about(
      PeerStatus peer, RegisterTemplate template, List<RegisterTemplate> all) {
    List<String> advice = new ArrayList<>();
    if (peer.refused() > 0 && peer.connections() == 0) {
      advice.add(
          "It was refused because every place is taken, or because it is not on the list of those"
              + " who may connect. Allow more chargers at the same time, or stop the other client.");
    }
    if (peer.violations() > 0 && peer.requests() == 0) {
      advice.add(
          "It sends bytes that are no Modbus TCP. Set it to Modbus TCP, not to Modbus RTU over"
              + " TCP.");
    }
    if (peer.connections() > 0 && peer.requests() == 0 && peer.violations() == 0) {
      advice.add("It is connected but has asked for nothing yet.");
    }
    if (peer.exceptions().containsKey(ILLEGAL_FUNCTION)) {
      advice.add(
          "It has used a function code that a meter does not have. Reading goes with 3 (holding"
              + " registers) or 4 (input registers).");
    }
    peer.lastRequest().ifPresent(request -> aboutRequest(request, peer, template, all, advice));
    return List.copyOf(advice);
  }

  private static void aboutRequest(
      Request request,
      PeerStatus peer,
      RegisterTemplate template,
      List<RegisterTemplate> all,
      List<String> advice) {
    if (request.quantity() == 0) {
      return;
    }
    int last = request.first() + request.quantity() - 1;
    Window asked = new Window(request.first(), last);
    boolean inside = template.windows().stream().anyMatch(w -> holds(w, asked));
    // Another unit identifier may be another meter, and the request that of another program.
    List<Request> reads =
        peer.asked().stream()
            .filter(each -> each.quantity() > 0 && each.unit() == request.unit())
            .toList();
    List<RegisterTemplate> better = better(reads, template, all);
    boolean strange = peer.exceptions().containsKey(ILLEGAL_ADDRESS) || !better.isEmpty();
    if (isVictron(reads) && !VICTRON_TAKES.contains(template.id())) {
      advice.add(
          "It looks for meters in the way of a Victron GX device. Choose the map "
              + VICTRON
              + ", which it knows.");
    } else if (strange && !better.isEmpty()) {
      advice.add(
          "It asks as if this were another meter: "
              + better.stream()
                  .limit(CANDIDATES_MAX)
                  .map(each -> each.about().title() + " (" + each.id() + ")")
                  .collect(Collectors.joining(" or "))
              + ". Choose that register map, for all or for unit identifier "
              + request.unit()
              + ".");
    } else if (!inside && strange) {
      advice.add(
          String.format(
              Locale.ROOT,
              "It asks for registers 0x%04X to 0x%04X, which this register map does not have."
                  + " Choose the map of the meter that the charger is set to, or set the charger"
                  + " to the meter of this map.",
              asked.from(),
              asked.to()));
    } else if (inside && startsInsideValue(asked, template)) {
      advice.add(
          String.format(
              Locale.ROOT,
              "It starts at register 0x%04X, in the middle of a value. It seems to count registers"
                  + " from 1: set its start address one lower.",
              asked.from()));
    }
    if (template.wordOrder() == WordOrder.HIGH_FIRST && OPENEMS.contains(asked)) {
      advice.add(
          "It asks in the way of OpenEMS, which takes the low word first. Choose the map with the"
              + " other word order if it shows wrong values.");
    }
  }

  /**
   * Maps that know all that was asked, where this one does not: a request is known when it lies in
   * a window and starts where a value starts.
   */
  private static List<RegisterTemplate> better(
      List<Request> reads, RegisterTemplate template, List<RegisterTemplate> all) {
    if (reads.isEmpty() || reads.stream().allMatch(each -> inWindow(each, template))) {
      return List.of();
    }
    return all.stream()
        .filter(each -> !each.id().equals(template.id()) && !each.id().equals(OWN))
        .filter(each -> reads.stream().allMatch(read -> knows(each, read)))
        .toList();
  }

  private static boolean inWindow(Request read, RegisterTemplate template) {
    Window asked = block(read.first(), read.quantity());
    return template.windows().stream().anyMatch(w -> holds(w, asked));
  }

  private static boolean knows(RegisterTemplate template, Request read) {
    return inWindow(read, template)
        && (template.points().stream().anyMatch(point -> point.address() == read.first())
            || template.texts().stream().anyMatch(text -> text.address() == read.first()));
  }

  /** It reads the identification register of every meter that it knows, one after the other. */
  private static boolean isVictron(List<Request> reads) {
    long probes =
        reads.stream()
            .filter(each -> each.function() == READ_HOLDING && each.quantity() <= PROBE_MAX)
            .filter(each -> VICTRON_PROBES.contains(each.first()))
            .map(Request::first)
            .distinct()
            .count();
    return probes >= 2;
  }

  private static boolean holds(Window window, Window asked) {
    return asked.from() >= window.from() && asked.to() <= window.to();
  }

  private static boolean startsInsideValue(Window asked, RegisterTemplate template) {
    for (Point point : template.points()) {
      if (asked.from() > point.address()
          && asked.from() < point.address() + point.type().registers()) {
        return true;
      }
    }
    return false;
  }
}
