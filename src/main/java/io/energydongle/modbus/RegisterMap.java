// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.modbus.RegisterTemplate.Point;
import io.energydongle.modbus.RegisterTemplate.Window;
import io.energydongle.snapshot.MeterSnapshot;
import java.util.List;

/** A template made ready: turns a snapshot into registers. Immutable. */
final class RegisterMap {

  private final RegisterTemplate template;
  private final List<Window> windows;

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
  }

  /** True when all registers of the range lie in one window. */
  boolean covers(int first, int count) {
    return windowOf(first, count) >= 0;
  }

  /** Registers of that snapshot. A quantity that the meter does not send is 0. */
  RegisterImage encode(MeterSnapshot snapshot) {
    short[][] registers = blank();
    for (Point point : template.points()) {
      int window = windowOf(point.address(), point.type().registers());
      int at = point.address() - windows.get(window).from();
      double value = point.quantity().of(snapshot).orElse(0);
      point.type().encode(value, template.wordOrder(), registers[window], at);
    }
    return new RegisterImage(this, registers);
  }

  /** Registers that are all 0. */
  RegisterImage zeros() {
    return new RegisterImage(this, blank());
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

  private short[][] blank() {
    short[][] registers = new short[windows.size()][];
    for (int i = 0; i < registers.length; i++) {
      registers[i] = new short[windows.get(i).size()];
    }
    return registers;
  }
}
