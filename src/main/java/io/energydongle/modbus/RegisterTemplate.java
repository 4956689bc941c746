// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A register map as its template file describes it.
 *
 * @param id name in the settings.
 * @param title one line for people.
 * @param help when to choose it.
 * @param wordOrder of every value of more than one register.
 * @param windows what can be read without exception, by rising address.
 * @param points what stands where.
 */
public record RegisterTemplate(
    String id,
    String title,
    String help,
    WordOrder wordOrder,
    List<Window> windows,
    List<Point> points) {

  /** Highest address of a register. */
  static final int ADDRESS_MAX = 0xFFFF;

  public RegisterTemplate {
    windows = List.copyOf(windows);
    points = List.copyOf(points);
  }

  /**
   * A range of registers that can be read; what no point fills reads 0.
   *
   * @param from first address, 0..FFFFh.
   * @param to last address, from..FFFFh.
   */
  public record Window(int from, int to) {

    /** Number of registers. */
    public int size() {
      return to - from + 1;
    }

    boolean holds(int first, int count) {
      return first >= from && first + count - 1 <= to;
    }
  }

  /**
   * A value at a place.
   *
   * @param address of its lowest register, 0..FFFFh.
   * @param quantity what it shows.
   * @param type how it is laid out.
   */
  public record Point(int address, Quantity quantity, RegisterType type) {}

  /** Everything wrong with this template at once, as sentences; empty when it can be used. */
  public List<String> problems() {
    List<String> found = new ArrayList<>();
    if (!id.matches("[a-z0-9][a-z0-9-]{0,63}")) {
      found.add("id must be 1..64 lower-case letters, digits and hyphens, is \"" + id + "\"");
    }
    if (windows.isEmpty()) {
      found.add("windows must name at least one range of addresses");
    }
    BitSet inWindows = new BitSet();
    for (Window window : windows) {
      if (window.from < 0 || window.to > ADDRESS_MAX || window.from > window.to) {
        found.add("window " + name(window) + " must lie in 0x0000..0xFFFF, from before to");
      } else if (!inWindows.get(window.from, window.to + 1).isEmpty()) {
        found.add("window " + name(window) + " overlaps another window");
      } else {
        inWindows.set(window.from, window.to + 1);
      }
    }
    BitSet taken = new BitSet();
    for (Point point : points) {
      int end = point.address + point.type.registers();
      if (point.address < 0
          || windows.stream().noneMatch(w -> w.holds(point.address, end - point.address))) {
        found.add("point " + name(point) + " does not lie inside one window");
      } else if (!taken.get(point.address, end).isEmpty()) {
        found.add("point " + name(point) + " overlaps another point");
      } else {
        taken.set(point.address, end);
      }
    }
    return List.copyOf(found);
  }

  private static String name(Window window) {
    return String.format("0x%04X..0x%04X", window.from, window.to);
  }

  private static String name(Point point) {
    return String.format("0x%04X (%s)", point.address, point.quantity.code());
  }
}
