// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.modbus.RegisterTemplate.Point;
import io.energydongle.modbus.RegisterTemplate.Window;
import io.energydongle.snapshot.MeterSnapshot;
import java.util.List;

/** A template made ready: turns a snapshot into registers. Immutable. */
final class RegisterMap {

  private static final int REGISTERS_PER_VALUE_MAX = 4;

  private final RegisterTemplate template;
  private final List<Window> windows;
  private final RegisterImage zeros;

  /**
   * A map of a template without {@link RegisterTemplate#problems()}.
   *
   * @throws IllegalArgumentException when it has some.
   */
  RegisterMap(RegisterTemplate template) {
    if (!template.problems().isEmpty()) {
      throw new IllegalArgumentException(template.problems().toString());
    }
    this.template = template;
    this.windows = template.windows();
    this.zeros = RegisterImage.zeros(this, windows.stream().mapToInt(Window::size).toArray());
  }

  /** True when all registers of the range lie in one window. */
  boolean covers(int first, int count) {
    return windowOf(first, count) >= 0;
  }

  /** Registers of that snapshot. A quantity that the meter does not send is 0. */
  RegisterImage encode(MeterSnapshot snapshot) {
    RegisterImage.Builder image = zeros.toBuilder();
    short[] registers = new short[REGISTERS_PER_VALUE_MAX];
    for (Point point : template.points()) {
      RegisterType type = point.type();
      int window = windowOf(point.address(), type.registers());
      int from = point.address() - windows.get(window).from();
      type.encode(point.quantity().of(snapshot).orElse(0), template.wordOrder(), registers, 0);
      for (int i = 0; i < type.registers(); i++) {
        image.set(window, from + i, registers[i]);
      }
    }
    return image.build();
  }

  /** Registers that are all 0. */
  RegisterImage zeros() {
    return zeros;
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
