// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

/** What a register holds where the meter does not send the value. */
public enum Absent {
  /** 0. */
  ZERO("zero"),
  /** The highest number of the type: FFFFh, 7FFFh and so on. */
  HIGHEST("highest"),
  /** The lowest number of a signed type: 8000h and so on. */
  LOWEST("lowest"),
  /** Not a number: 7FC00000h in single precision. */
  NAN("nan");

  private final String code;

  Absent(String code) {
    this.code = code;
  }

  /** Name in template files. */
  public String code() {
    return code;
  }
}
