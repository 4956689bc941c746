// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

/** Colours that a red and a green light make. Source: {@code product.md} M6. */
public enum Colour {
  OFF(false, false),
  RED(true, false),
  GREEN(false, true),
  /** Both at once. */
  ORANGE(true, true);

  private final boolean red;
  private final boolean green;

  Colour(boolean red, boolean green) {
    this.red = red;
    this.green = green;
  }

  /** True when the red light is on. */
  public boolean red() {
    return red;
  }

  /** True when the green light is on. */
  public boolean green() {
    return green;
  }
}
