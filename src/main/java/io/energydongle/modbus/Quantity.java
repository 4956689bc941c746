// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.Wiring;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What a register map can show, with the unit at the end of the name. Powers are positive while
 * taken from the grid. Empty where the meter does not say it.
 *
 * <p>Source: {@code p1.md} section 4 "Deriving the Modbus map values".
 */
public enum Quantity {
  VOLTAGE_L1_V(s -> milli(s.phase(1).milliVolt())),
  VOLTAGE_L2_V(s -> milli(s.phase(2).milliVolt())),
  VOLTAGE_L3_V(s -> milli(s.phase(3).milliVolt())),
  CURRENT_L1_A(s -> milli(s.phase(1).milliAmpere())),
  CURRENT_L2_A(s -> milli(s.phase(2).milliAmpere())),
  CURRENT_L3_A(s -> milli(s.phase(3).milliAmpere())),
  POWER_W(s -> milli(s.netMilliWatt())),
  POWER_L1_W(Quantity::powerL1),
  POWER_L2_W(s -> milli(s.phase(2).netMilliWatt())),
  POWER_L3_W(s -> milli(s.phase(3).netMilliWatt())),
  REACTIVE_POWER_VAR(s -> milli(s.reactive().netMilliVar())),
  ENERGY_IMPORT_WH(s -> total(s.energyImport())),
  ENERGY_EXPORT_WH(s -> total(s.energyExport()));

  private static final double MILLI = 1e3;
  private static final double MICRO = 1e6;

  @SuppressWarnings("ImmutableEnumChecker") // the functions capture nothing
  private final Function<MeterSnapshot, OptionalDouble> value;

  Quantity(Function<MeterSnapshot, OptionalDouble> value) {
    this.value = value;
  }

  /** Name in template files. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its value in the unit that ends the name; empty where the meter does not say it. */
  public OptionalDouble of(MeterSnapshot snapshot) {
    return value.apply(snapshot);
  }

  /** On one phase the power of L1 is the power of the connection, also where only that is sent. */
  private static OptionalDouble powerL1(MeterSnapshot snapshot) {
    Phase l1 = snapshot.phase(1);
    boolean onePhase = snapshot.wiring().equals(Optional.of(Wiring.ONE_PHASE));
    return milli(
        l1.netMilliWatt().isEmpty() && onePhase ? snapshot.netMilliWatt() : l1.netMilliWatt());
  }

  private static OptionalDouble milli(OptionalLong value) {
    return value.isPresent()
        ? OptionalDouble.of(value.getAsLong() / MILLI)
        : OptionalDouble.empty();
  }

  private static OptionalDouble milli(OptionalInt value) {
    return value.isPresent() ? OptionalDouble.of(value.getAsInt() / MILLI) : OptionalDouble.empty();
  }

  private static OptionalDouble total(EnergyRegisters energy) {
    OptionalLong total = energy.totalMicroWattHour();
    return total.isPresent()
        ? OptionalDouble.of(total.getAsLong() / MICRO)
        : OptionalDouble.empty();
  }
}
