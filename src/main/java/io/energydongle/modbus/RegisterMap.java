// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.modbus.RegisterTemplate.Point;
import io.energydongle.modbus.RegisterTemplate.Text;
import io.energydongle.modbus.RegisterTemplate.Window;
import io.energydongle.modbus.RegisterTemplate.Write;
import io.energydongle.snapshot.MeterSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A template made ready: turns a snapshot into registers. Immutable. */
final class RegisterMap {

  private static final int REGISTERS_PER_VALUE_MAX = 4;

  /** A point whose place is known. */
  private record Placed(Point point, int window, int at) {}

  private final RegisterTemplate template;
  private final Installation installation;
  private final List<Window> windows;
  private final List<Placed> values = new ArrayList<>();
  private final List<Placed> ages = new ArrayList<>();
  private final RegisterImage empty;

  /** A map of a template that {@link TemplateFile} has let through. */
  RegisterMap(RegisterTemplate template, Installation installation) {
    this.template = template;
    this.installation = installation;
    this.windows = template.windows();
    for (Point point : template.points()) {
      int window = windowOf(point.address(), point.type().registers());
      Placed placed = new Placed(point, window, point.address() - windows.get(window).from());
      (point.quantity() == Quantity.TELEGRAM_AGE_MS ? ages : values).add(placed);
    }
    int[] sizes = windows.stream().mapToInt(Window::size).toArray();
    RegisterImage.Builder image =
        RegisterImage.filled(this, sizes, (short) template.fill()).toBuilder();
    for (Text text : template.texts()) {
      List<Integer> words =
          text.serial()
              ? TemplateReader.words(installation.serial(), text.words().size(), 2)
              : text.words();
      int window = windowOf(text.address(), words.size());
      for (int i = 0; i < words.size(); i++) {
        int at = text.address() - windows.get(window).from() + i;
        image.set(window, at, words.get(i).shortValue());
      }
    }
    this.empty = image.build();
  }

  RegisterTemplate template() {
    return template;
  }

  /** True when all registers of the range lie in one window. */
  boolean covers(int first, int count) {
    return windowOf(first, count) >= 0;
  }

  /** The value that may be written to a register; empty when it cannot be written. */
  Optional<Integer> writable(int register) {
    return template.writes().stream()
        .filter(write -> write.register() == register)
        .map(Write::value)
        .findFirst();
  }

  /** Registers of that snapshot. */
  RegisterImage encode(MeterSnapshot snapshot) {
    return image(
        snapshot.reception().receivedNanos(), point -> point.quantity().of(snapshot, installation));
  }

  /** Registers that say of every value that it is not available. */
  RegisterImage unavailable(long receivedNanos) {
    return image(receivedNanos, point -> OptionalDouble.empty());
  }

  /** Registers of a meter that sends 0 in every value. */
  RegisterImage zeros(long receivedNanos) {
    return image(receivedNanos, point -> OptionalDouble.of(0));
  }

  /** What a point shows. */
  private interface Source {
    OptionalDouble of(Point point);
  }

  private RegisterImage image(long receivedNanos, Source source) {
    RegisterImage.Builder image = empty.toBuilder();
    short[] registers = new short[REGISTERS_PER_VALUE_MAX];
    for (Placed placed : values) {
      Point point = placed.point;
      point.type().write(point.bits(source.of(point)), template.wordOrder(), registers, 0);
      for (int i = 0; i < point.type().registers(); i++) {
        image.set(placed.window, placed.at + i, registers[i]);
      }
    }
    return ages.isEmpty() ? image.build() : image.buildAged(receivedNanos);
  }

  /** The registers of an aged image at a moment, where only the age changes with time. */
  RegisterImage aged(RegisterImage image, long ageNanos) {
    RegisterImage.Builder now = image.toBuilder();
    short[] registers = new short[REGISTERS_PER_VALUE_MAX];
    for (Placed placed : ages) {
      Point point = placed.point;
      long bits = point.bits(OptionalDouble.of(ageNanos / 1e6));
      point.type().write(bits, template.wordOrder(), registers, 0);
      for (int i = 0; i < point.type().registers(); i++) {
        now.set(placed.window, placed.at + i, registers[i]);
      }
    }
    return now.build();
  }

  /** Index of the window that holds the whole range, or -1. */
  int windowOf(int first, int count) {
    for (int i = 0; i < windows.size(); i++) {
      if (windows.get(i).holds(first, count)) {
        return i;
      }
    }
    return -1;
  }

  /** First address of a window. */
  int start(int window) {
    return windows.get(window).from();
  }
}
