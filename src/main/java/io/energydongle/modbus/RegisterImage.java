// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import com.ghgande.j2mod.modbus.procimg.IllegalAddressException;
import com.ghgande.j2mod.modbus.procimg.Register;
import java.util.Arrays;

/**
 * Registers of one telegram, made ready for j2mod. Immutable: a request copies a range of an array
 * and cannot see two telegrams, and no write can change anything.
 */
final class RegisterImage {

  private final RegisterMap map;
  private final Register[][] windows;
  private final boolean showsAge;
  private final long receivedNanos;

  private RegisterImage(
      RegisterMap map, Register[][] windows, boolean showsAge, long receivedNanos) {
    this.map = map;
    this.windows = windows;
    this.showsAge = showsAge;
    this.receivedNanos = receivedNanos;
  }

  /** An image of windows of these sizes in which every register holds the same. */
  static RegisterImage filled(RegisterMap map, int[] sizes, short fill) {
    Register[][] windows = new Register[sizes.length][];
    for (int window = 0; window < sizes.length; window++) {
      windows[window] = new Register[sizes[window]];
      Arrays.fill(windows[window], ReadOnlyRegister.of(fill));
    }
    return new RegisterImage(map, windows, false, 0);
  }

  /** The image as it reads at a moment; the same one for all maps that do not show an age. */
  RegisterImage at(long nowNanos) {
    return showsAge ? map.aged(this, nowNanos - receivedNanos) : this;
  }

  /** A builder that starts with the registers of this image. */
  Builder toBuilder() {
    Register[][] copies = new Register[windows.length][];
    for (int window = 0; window < windows.length; window++) {
      copies[window] = windows[window].clone();
    }
    return new Builder(map, copies);
  }

  /** Fills the registers of one image; of no use once it is built. */
  static final class Builder {
    private final RegisterMap map;
    private final Register[][] windows;

    private Builder(RegisterMap map, Register[][] windows) {
      this.map = map;
      this.windows = windows;
    }

    void set(int window, int at, short value) {
      windows[window][at] = ReadOnlyRegister.of(value);
    }

    RegisterImage build() {
      return new RegisterImage(map, windows, false, 0);
    }

    /** An image in which the age of the telegram is still to be filled in. */
    RegisterImage buildAged(long receivedNanos) {
      return new RegisterImage(map, windows, true, receivedNanos);
    }
  }

  /**
   * Registers of a range.
   *
   * @throws IllegalAddressException when it does not lie in one window.
   */
  Register[] range(int first, int count) {
    int window = map.windowOf(first, count);
    if (window < 0) {
      throw new IllegalAddressException();
    }
    int from = first - map.start(window);
    Register[] range = new Register[count];
    System.arraycopy(windows[window], from, range, 0, count);
    return range;
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
