// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

/** Which register of a value of several registers stands at the lowest address. */
public enum WordOrder {
  /** Most significant register first (ABCD). */
  HIGH_FIRST("high-first"),
  /** Least significant register first (CDAB). The bytes inside a register never change places. */
  LOW_FIRST("low-first");

  private final String code;

  WordOrder(String code) {
    this.code = code;
  }

  /** The one that it is not. */
  public WordOrder other() {
    return this == HIGH_FIRST ? LOW_FIRST : HIGH_FIRST;
  }

  /** Name in template files. */
  public String code() {
    return code;
  }
}
