// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

/** How a value is laid out in registers. */
public enum RegisterType {
  /** IEEE 754 single precision, two registers. */
  F32("f32", 2);

  private final String code;
  private final int registers;

  RegisterType(String code, int registers) {
    this.code = code;
    this.registers = registers;
  }

  /** Name in template files. */
  public String code() {
    return code;
  }

  /** Number of registers that a value fills. */
  public int registers() {
    return registers;
  }

  /**
   * Writes a value into registers.
   *
   * @param at index of the lowest register.
   */
  void encode(double value, WordOrder order, short[] registers, int at) {
    int bits = Float.floatToIntBits((float) value);
    short high = (short) (bits >>> 16);
    short low = (short) bits;
    registers[at] = order == WordOrder.HIGH_FIRST ? high : low;
    registers[at + 1] = order == WordOrder.HIGH_FIRST ? low : high;
  }
}
