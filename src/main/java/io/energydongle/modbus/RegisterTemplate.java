// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A register map as its template file describes it.
 *
 * <p>Source: {@code modbus.md} 5.15.
 *
 * @param about what it is, for people.
 * @param wordOrder of every value of more than one register.
 * @param fill what a register of a window holds that nothing is put into, 0..FFFFh.
 * @param stale what clients get when the meter is silent, where this map needs a rule of its own.
 * @param windows what can be read without exception, by rising address.
 * @param points what stands where.
 * @param texts fixed registers, such as those by which a master recognises the meter.
 * @param writes what may be written, and changes nothing.
 */
public record RegisterTemplate(
    About about,
    WordOrder wordOrder,
    int fill,
    Optional<StaleRule> stale,
    List<Window> windows,
    List<Point> points,
    List<Text> texts,
    List<Write> writes) {

  /** Highest address of a register. */
  static final int ADDRESS_MAX = 0xFFFF;

  /** Highest content of a register. */
  static final int WORD_MAX = 0xFFFF;

  public RegisterTemplate {
    windows = List.copyOf(windows);
    points = List.copyOf(points);
    texts = List.copyOf(texts);
    writes = List.copyOf(writes);
  }

  /** Name in the settings. */
  public String id() {
    return about.id;
  }

  /**
   * What a map is, for people.
   *
   * @param id name in the settings, 1..64 lower-case letters, digits and hyphens.
   * @param title one line.
   * @param help when to choose it.
   * @param source where its addresses come from, and how sure that is.
   * @param fits chargers, batteries and programs that ask for this map.
   */
  public record About(String id, String title, String help, String source, List<String> fits) {
    public About {
      fits = List.copyOf(fits);
    }
  }

  /**
   * A range of registers that can be read.
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
   * @param scale register units per unit of the quantity; negative turns the sign.
   * @param absent what stands there when the meter does not send it.
   * @param name what the imitated meter calls it, where the quantity does not say that.
   */
  public record Point(
      int address, Quantity quantity, RegisterType type, double scale, Absent absent, String name) {

    /** The bits that a meter shows there which sends that, or does not. */
    long bits(java.util.OptionalDouble value) {
      return value.isPresent()
          ? type.bits(value.getAsDouble() * scale, absent)
          : type.absentBits(absent);
    }
  }

  /**
   * Registers that never change.
   *
   * @param address of the lowest one.
   * @param words contents, each 0..FFFFh.
   * @param serial true for the serial number of the device, whose length {@code words} gives.
   * @param name what it is.
   */
  public record Text(int address, List<Integer> words, boolean serial, String name) {
    public Text {
      words = List.copyOf(words);
    }
  }

  /**
   * A register that some master writes; what it writes stands there already.
   *
   * @param register its address.
   * @param value the one value that is accepted.
   */
  public record Write(int register, int value) {}

  /**
   * The same with one window in the place of those that touch: a request across them asks for
   * registers that can all be read.
   */
  RegisterTemplate withJoinedWindows() {
    List<Window> joined = new ArrayList<>();
    for (Window each : windows.stream().sorted(Comparator.comparingInt(Window::from)).toList()) {
      int last = joined.size() - 1;
      if (last >= 0 && joined.get(last).to + 1 == each.from) {
        joined.set(last, new Window(joined.get(last).from, each.to));
      } else {
        joined.add(each);
      }
    }
    return new RegisterTemplate(about, wordOrder, fill, stale, joined, points, texts, writes);
  }

  /** Finds everything wrong with the places: the thing that is wrong, and a sentence. */
  void checkPlaces(BiConsumer<Object, String> problem) {
    BitSet inWindows = new BitSet();
    for (Window window : windows) {
      if (window.from < 0 || window.to > ADDRESS_MAX || window.from > window.to) {
        problem.accept(
            window, "window " + name(window) + " must lie in 0x0000..0xFFFF, from before to");
      } else if (!inWindows.get(window.from, window.to + 1).isEmpty()) {
        problem.accept(window, "window " + name(window) + " overlaps another window");
      } else {
        inWindows.set(window.from, window.to + 1);
      }
    }
    BitSet taken = new BitSet();
    for (Point point : points) {
      place(
          point,
          point.address,
          point.type.registers(),
          String.format("0x%04X (%s)", point.address, point.quantity.code()),
          taken,
          problem);
    }
    for (Text text : texts) {
      String name = String.format("0x%04X (fixed)", text.address);
      place(text, text.address, text.words.size(), name, taken, problem);
    }
    for (Write write : writes) {
      if (!holds(write)) {
        problem.accept(
            write,
            String.format(
                "register 0x%04X can only take what stands there as a constant", write.register));
      }
    }
  }

  private boolean holds(Write write) {
    return texts.stream()
        .anyMatch(
            text -> {
              int at = write.register - text.address;
              return at >= 0 && at < text.words.size() && text.words.get(at) == write.value;
            });
  }

  private void place(
      Object what,
      int address,
      int registers,
      String name,
      BitSet taken,
      BiConsumer<Object, String> problem) {
    if (address < 0 || windows.stream().noneMatch(w -> w.holds(address, registers))) {
      problem.accept(what, "point " + name + " does not lie inside one window");
    } else if (!taken.get(address, address + registers).isEmpty()) {
      problem.accept(what, "point " + name + " overlaps another point");
    } else {
      taken.set(address, address + registers);
    }
  }

  private static String name(Window window) {
    return String.format("0x%04X..0x%04X", window.from, window.to);
  }
}
