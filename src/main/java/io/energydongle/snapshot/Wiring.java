// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

/** How the house hangs on the grid, as far as the telegram shows it. */
public enum Wiring {
  /** One phase and neutral, 230 V. */
  ONE_PHASE("1N"),
  /** Three phases and neutral, 230/400 V: the values of each phase are true. */
  THREE_PHASE_NEUTRAL("3N400"),
  /**
   * Three phases without neutral, 230 V between them (Belgium): voltages are between lines and the
   * powers of L1 and L3 are the two elements of a two-wattmeter circuit, so only their sum is a
   * power and a negative one is no export.
   */
  THREE_PHASE_NO_NEUTRAL("3x230");

  private final String code;

  Wiring(String code) {
    this.code = code;
  }

  /** Name used in every output. */
  public String code() {
    return code;
  }
}
