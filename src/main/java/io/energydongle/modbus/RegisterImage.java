// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import com.ghgande.j2mod.modbus.procimg.Register;
import java.util.Arrays;
import java.util.Optional;

/**
 * Registers of one telegram, made ready for j2mod. Immutable: a request copies a range of an array
 * and cannot see two telegrams, and no write can change anything.
 */
final class RegisterImage {

  private final RegisterMap map;
  private final ReadOnlyRegister[][] windows;

  /** An image of these registers, one array for each window of the map. */
  RegisterImage(RegisterMap map, short[][] registers) {
    this.map = map;
    this.windows = new ReadOnlyRegister[registers.length][];
    for (int window = 0; window < registers.length; window++) {
      windows[window] = new ReadOnlyRegister[registers[window].length];
      for (int at = 0; at < registers[window].length; at++) {
        windows[window][at] = ReadOnlyRegister.of(registers[window][at]);
      }
    }
  }

  /** Registers of a range; empty when it does not lie in one window. */
  Optional<Register[]> range(int first, int count) {
    int window = map.windowOf(first, count);
    if (window < 0) {
      return Optional.empty();
    }
    int from = first - map.start(window);
    return Optional.of(Arrays.copyOfRange(windows[window], from, from + count));
  }

  /** A register that stays as it is. */
  private static final class ReadOnlyRegister implements Register {
    private static final ReadOnlyRegister ZERO = new ReadOnlyRegister((short) 0);

    private final short value;
    private final byte[] bytes;

    private ReadOnlyRegister(short value) {
      this.value = value;
      this.bytes = new byte[] {(byte) (value >>> 8), (byte) value};
    }

    static ReadOnlyRegister of(short value) {
      return value == 0 ? ZERO : new ReadOnlyRegister(value);
    }

    @Override
    public int getValue() {
      return value & 0xFFFF;
    }

    @Override
    public int toUnsignedShort() {
      return value & 0xFFFF;
    }

    @Override
    public short toShort() {
      return value;
    }

    /** Not copied: j2mod only writes it to a stream, up to 125 times per request. */
    @Override
    public byte[] toBytes() {
      return bytes;
    }

    @Override
    public void setValue(int ignored) {
      throw readOnly();
    }

    @Override
    public void setValue(short ignored) {
      throw readOnly();
    }

    @Override
    public void setValue(byte[] ignored) {
      throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
      return new UnsupportedOperationException("registers are read-only");
    }
  }
}
