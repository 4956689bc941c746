// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

/** How a value is laid out in registers; signed ones as two's complement. */
public enum RegisterType {
  U16("u16", 1, 0, 0xFFFFL),
  S16("s16", 1, Short.MIN_VALUE, Short.MAX_VALUE),
  U32("u32", 2, 0, 0xFFFF_FFFFL),
  S32("s32", 2, Integer.MIN_VALUE, Integer.MAX_VALUE),
  /** Values above 2^53 are rounded; no counter of a house gets there. */
  U64("u64", 4, 0, -1L),
  S64("s64", 4, Long.MIN_VALUE, Long.MAX_VALUE),
  /** IEEE 754 single precision. */
  F32("f32", 2, 0, 0),
  /** IEEE 754 double precision. */
  F64("f64", 4, 0, 0);

  /** Largest double below 2^64: more cannot be told from 2^64 itself. */
  private static final double U64_MAX = Math.nextDown(0x1p64);

  private final String code;
  private final int registers;
  private final long lowest;
  private final long highest;

  RegisterType(String code, int registers, long lowest, long highest) {
    this.code = code;
    this.registers = registers;
    this.lowest = lowest;
    this.highest = highest;
  }

  /** Name in template files. */
  public String code() {
    return code;
  }

  /** Number of registers that a value fills. */
  public int registers() {
    return registers;
  }

  boolean isFloat() {
    return this == F32 || this == F64;
  }

  /**
   * The bits of a value. What does not fit becomes the end of the range, never something that wraps
   * around; and never the word that says "not available".
   *
   * @param value in units of the register; not NaN.
   */
  long bits(double value, Absent absent) {
    return switch (this) {
      case F32 -> {
        float limited = (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
        yield Float.floatToRawIntBits(limited) & 0xFFFF_FFFFL;
      }
      case F64 ->
          Double.doubleToRawLongBits(
              Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value)));
      case U64 -> {
        double rounded = Math.rint(value);
        if (rounded >= U64_MAX) {
          yield absent == Absent.HIGHEST ? -2L : -1L;
        }
        yield rounded <= 0 ? 0 : unsigned(rounded);
      }
      default -> {
        long least = absent == Absent.LOWEST ? lowest + 1 : lowest;
        long most = absent == Absent.HIGHEST ? highest - 1 : highest;
        double rounded = Math.rint(value);
        yield rounded <= least ? least : rounded >= most ? most : (long) rounded;
      }
    };
  }

  private static long unsigned(double rounded) {
    return rounded < 0x1p63 ? (long) rounded : (long) (rounded - 0x1p63) ^ Long.MIN_VALUE;
  }

  /** The bits that stand where the meter does not send the value. */
  long absentBits(Absent absent) {
    return switch (absent) {
      case ZERO -> 0;
      case HIGHEST -> highest;
      case LOWEST -> lowest;
      case NAN ->
          this == F64
              ? Double.doubleToRawLongBits(Double.NaN)
              : Float.floatToRawIntBits(Float.NaN) & 0xFFFF_FFFFL;
    };
  }

  /** What can stand for "not available" in such a register. */
  boolean allows(Absent absent) {
    return switch (absent) {
      case ZERO -> true;
      case NAN -> isFloat();
      case HIGHEST -> !isFloat();
      case LOWEST -> lowest < 0;
    };
  }

  /**
   * Writes bits into registers.
   *
   * @param at index of the lowest register.
   */
  void write(long bits, WordOrder order, short[] into, int at) {
    for (int i = 0; i < registers; i++) {
      int place = order == WordOrder.HIGH_FIRST ? registers - 1 - i : i;
      into[at + place] = (short) (bits >>> (16 * i));
    }
  }
}
