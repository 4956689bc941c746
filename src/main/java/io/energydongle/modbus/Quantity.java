// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.snapshot.Demand;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.Wiring;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What a register map can show, with the unit at the end of the name. Powers are positive while
 * taken from the grid; "import" and "export" show one direction and are 0 in the other. Empty where
 * the meter does not say it: nothing is estimated.
 *
 * <p>Source: {@code p1.md} section 4 "Deriving the Modbus map values".
 */
public enum Quantity {
  VOLTAGE_L1_V(s -> milli(s.phase(1).milliVolt())),
  VOLTAGE_L2_V(s -> milli(s.phase(2).milliVolt())),
  VOLTAGE_L3_V(s -> milli(s.phase(3).milliVolt())),
  /** Mean of the phases that have a voltage. */
  VOLTAGE_MEAN_V(s -> mean(s, Phase::milliVolt)),
  CURRENT_L1_A(s -> milli(s.phase(1).milliAmpere())),
  CURRENT_L2_A(s -> milli(s.phase(2).milliAmpere())),
  CURRENT_L3_A(s -> milli(s.phase(3).milliAmpere())),
  /** Mean of the phases that have a current. */
  CURRENT_MEAN_A(s -> mean(s, Phase::milliAmpere)),
  /** Sum of the phases that have a current. */
  CURRENT_SUM_A(Quantity::currentSum),
  POWER_W(s -> milli(s.netMilliWatt())),
  POWER_L1_W(Quantity::powerL1),
  POWER_L2_W(s -> milli(s.phase(2).netMilliWatt())),
  POWER_L3_W(s -> milli(s.phase(3).netMilliWatt())),
  POWER_IMPORT_W(s -> importOf(POWER_W.of(s))),
  POWER_EXPORT_W(s -> exportOf(POWER_W.of(s))),
  POWER_IMPORT_L1_W(s -> importOf(POWER_L1_W.of(s))),
  POWER_IMPORT_L2_W(s -> importOf(POWER_L2_W.of(s))),
  POWER_IMPORT_L3_W(s -> importOf(POWER_L3_W.of(s))),
  POWER_EXPORT_L1_W(s -> exportOf(POWER_L1_W.of(s))),
  POWER_EXPORT_L2_W(s -> exportOf(POWER_L2_W.of(s))),
  POWER_EXPORT_L3_W(s -> exportOf(POWER_L3_W.of(s))),
  REACTIVE_POWER_VAR(s -> milli(s.reactive().netMilliVar())),
  REACTIVE_POWER_IMPORT_VAR(s -> importOf(milli(s.reactive().netMilliVar()))),
  REACTIVE_POWER_EXPORT_VAR(s -> exportOf(milli(s.reactive().netMilliVar()))),
  /** Without a direction; only of a meter that sends apparent power instead of active power. */
  APPARENT_POWER_VA(Quantity::apparentPower),
  ENERGY_IMPORT_WH(s -> micro(s.energyImport().totalMicroWattHour())),
  ENERGY_IMPORT_T1_WH(s -> tariff(s.energyImport(), 1)),
  ENERGY_IMPORT_T2_WH(s -> tariff(s.energyImport(), 2)),
  ENERGY_EXPORT_WH(s -> micro(s.energyExport().totalMicroWattHour())),
  ENERGY_EXPORT_T1_WH(s -> tariff(s.energyExport(), 1)),
  ENERGY_EXPORT_T2_WH(s -> tariff(s.energyExport(), 2)),
  /** Import plus export, as some meters count; needs both. */
  ENERGY_SUM_WH(Quantity::energySum),
  REACTIVE_ENERGY_IMPORT_VARH(s -> micro(s.reactive().importMicroVarHour())),
  REACTIVE_ENERGY_EXPORT_VARH(s -> micro(s.reactive().exportMicroVarHour())),
  TARIFF(s -> whole(s.tariff())),
  /** Energy imported in this quarter-hour so far, divided by the whole of it. */
  DEMAND_NOW_W(s -> milli(s.demand().nowMilliWatt())),
  DEMAND_PEAK_W(Quantity::peak),
  /**
   * What may still be drawn on average for the rest of this quarter-hour, beyond the power of now,
   * until it equals the highest one of the month; negative when less has to be drawn.
   */
  DEMAND_LEFT_W(Quantity::demandLeft),
  /** Main fuse minus the current of the phase; negative in overload. Empty without a fuse. */
  CURRENT_LEFT_L1_A((s, i) -> currentLeft(s, i, 1)),
  CURRENT_LEFT_L2_A((s, i) -> currentLeft(s, i, 2)),
  CURRENT_LEFT_L3_A((s, i) -> currentLeft(s, i, 3)),
  GAS_M3(s -> cubicMetres(s, Medium.GAS)),
  GAS_TIME_S(s -> readAt(s, Medium.GAS)),
  WATER_M3(s -> cubicMetres(s, Medium.WATER)),
  WATER_TIME_S(s -> readAt(s, Medium.WATER)),
  /** When the telegram was received, seconds since 1970. */
  TELEGRAM_TIME_S(s -> OptionalDouble.of((double) s.reception().receivedAt().getEpochSecond())),
  /** Number of the telegram since the start. */
  TELEGRAM_NUMBER(s -> OptionalDouble.of((double) s.sequence())),
  /** Age of the telegram when the answer leaves; filled in then. */
  TELEGRAM_AGE_MS(s -> OptionalDouble.empty()),
  /** A value that the imitated meter has and no P1 or TIC telegram. */
  NOT_SENT(s -> OptionalDouble.empty());

  private static final double MILLI = 1e3;
  private static final double MICRO = 1e6;
  private static final int QUARTER_SECONDS = 900;

  /** The last seconds of a quarter-hour would allow any power. */
  private static final int REST_SECONDS_MIN = 10;

  @SuppressWarnings("ImmutableEnumChecker") // the functions capture nothing
  private final BiFunction<MeterSnapshot, Installation, OptionalDouble> value;

  Quantity(Function<MeterSnapshot, OptionalDouble> value) {
    this((snapshot, installation) -> value.apply(snapshot));
  }

  Quantity(BiFunction<MeterSnapshot, Installation, OptionalDouble> value) {
    this.value = value;
  }

  /** Name in template files. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its value in the unit that ends the name; empty where the meter does not say it. */
  public OptionalDouble of(MeterSnapshot snapshot, Installation installation) {
    return value.apply(snapshot, installation);
  }

  private OptionalDouble of(MeterSnapshot snapshot) {
    return value.apply(snapshot, NOBODY);
  }

  private static final Installation NOBODY = new Installation("", 0);

  /** On one phase the power of L1 is the power of the connection, also where only that is sent. */
  private static OptionalDouble powerL1(MeterSnapshot snapshot) {
    Phase l1 = snapshot.phase(1);
    boolean onePhase = snapshot.wiring().equals(Optional.of(Wiring.ONE_PHASE));
    return milli(
        l1.netMilliWatt().isEmpty() && onePhase ? snapshot.netMilliWatt() : l1.netMilliWatt());
  }

  private static OptionalDouble apparentPower(MeterSnapshot snapshot) {
    OptionalDouble power = POWER_W.of(snapshot);
    return power.isPresent() && snapshot.notes().contains(Note.APPARENT_POWER)
        ? OptionalDouble.of(Math.abs(power.getAsDouble()))
        : OptionalDouble.empty();
  }

  private static OptionalDouble importOf(OptionalDouble net) {
    return net.isPresent() ? OptionalDouble.of(Math.max(0, net.getAsDouble())) : net;
  }

  private static OptionalDouble exportOf(OptionalDouble net) {
    return net.isPresent() ? OptionalDouble.of(Math.max(0, -net.getAsDouble())) : net;
  }

  private static OptionalDouble mean(
      MeterSnapshot snapshot, Function<Phase, OptionalInt> milliOfPhase) {
    OptionalDouble mean =
        snapshot.phases().stream()
            .map(milliOfPhase)
            .flatMapToInt(each -> each.isPresent() ? IntStream.of(each.getAsInt()) : null)
            .average();
    return mean.isPresent() ? OptionalDouble.of(mean.getAsDouble() / MILLI) : mean;
  }

  private static OptionalDouble currentSum(MeterSnapshot snapshot) {
    long sum = 0;
    boolean any = false;
    for (Phase phase : snapshot.phases()) {
      any |= phase.milliAmpere().isPresent();
      sum += phase.milliAmpere().orElse(0);
    }
    return any ? OptionalDouble.of(sum / MILLI) : OptionalDouble.empty();
  }

  private static OptionalDouble energySum(MeterSnapshot snapshot) {
    OptionalDouble fromGrid = ENERGY_IMPORT_WH.of(snapshot);
    OptionalDouble toGrid = ENERGY_EXPORT_WH.of(snapshot);
    return fromGrid.isPresent() && toGrid.isPresent()
        ? OptionalDouble.of(fromGrid.getAsDouble() + toGrid.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble tariff(EnergyRegisters energy, int number) {
    return energy.byTariffMicroWattHour().size() >= number
        ? micro(energy.byTariffMicroWattHour().get(number - 1))
        : OptionalDouble.empty();
  }

  private static OptionalDouble peak(MeterSnapshot snapshot) {
    Optional<Demand.Peak> peak = snapshot.demand().monthPeak();
    return peak.isPresent()
        ? OptionalDouble.of(peak.get().milliWatt() / MILLI)
        : OptionalDouble.empty();
  }

  private static OptionalDouble demandLeft(MeterSnapshot snapshot) {
    OptionalDouble now = DEMAND_NOW_W.of(snapshot);
    OptionalDouble peak = peak(snapshot);
    OptionalDouble power = POWER_IMPORT_W.of(snapshot);
    Optional<Instant> time = snapshot.meterTime().flatMap(each -> each.instant());
    if (now.isEmpty() || peak.isEmpty() || power.isEmpty() || time.isEmpty()) {
      return OptionalDouble.empty();
    }
    long passed = Math.floorMod(time.get().getEpochSecond(), QUARTER_SECONDS);
    long rest = Math.max(REST_SECONDS_MIN, QUARTER_SECONDS - passed);
    double allowed = (peak.getAsDouble() - now.getAsDouble()) * QUARTER_SECONDS / rest;
    return OptionalDouble.of(allowed - power.getAsDouble());
  }

  private static OptionalDouble currentLeft(
      MeterSnapshot snapshot, Installation installation, int phase) {
    OptionalDouble current = milli(snapshot.phase(phase).milliAmpere());
    return current.isPresent() && installation.mainFuseAmpere() > 0
        ? OptionalDouble.of(installation.mainFuseAmpere() - Math.abs(current.getAsDouble()))
        : OptionalDouble.empty();
  }

  private static OptionalDouble cubicMetres(MeterSnapshot snapshot, Medium medium) {
    Optional<MbusChannel> device = snapshot.device(medium);
    return device.isPresent() && device.get().unit().equals(Optional.of("m3"))
        ? micro(device.get().valueMicro())
        : OptionalDouble.empty();
  }

  private static OptionalDouble readAt(MeterSnapshot snapshot, Medium medium) {
    Optional<Instant> time =
        snapshot.device(medium).flatMap(MbusChannel::time).flatMap(each -> each.instant());
    return time.isPresent()
        ? OptionalDouble.of((double) time.get().getEpochSecond())
        : OptionalDouble.empty();
  }

  private static OptionalDouble milli(OptionalLong value) {
    return value.isPresent()
        ? OptionalDouble.of(value.getAsLong() / MILLI)
        : OptionalDouble.empty();
  }

  private static OptionalDouble milli(OptionalInt value) {
    return value.isPresent() ? OptionalDouble.of(value.getAsInt() / MILLI) : OptionalDouble.empty();
  }

  private static OptionalDouble micro(OptionalLong value) {
    return value.isPresent()
        ? OptionalDouble.of(value.getAsLong() / MICRO)
        : OptionalDouble.empty();
  }

  private static OptionalDouble whole(OptionalInt value) {
    return value.isPresent() ? OptionalDouble.of(value.getAsInt()) : OptionalDouble.empty();
  }
}
