// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What only French meters say. Empty means that this frame does not say it.
 *
 * <p>Source: Enedis-NOI-CPT_54E §6.1, §6.2; ERDF-NOI-CPT_02E §2; {@code tic.md} sections 4 and 5.
 *
 * @param tariff contract and running tariff.
 * @param limits what the contract allows.
 * @param timed values with the time they belong to.
 * @param distributorMicroWattHour import per index of the distributor, EASD01 first, µWh.
 * @param reactiveMicroVarHour counters of quadrants 1 to 4, µvarh.
 * @param status status word; standard mode only.
 * @param relays RELAIS, bit 0 for relay 1, set when closed.
 * @param calendar day profiles and announced peaks.
 * @param shortMessage MSG2; empty when none.
 * @param prm number of the delivery point. Personal data, never published by default.
 * @param load currents and powers beside the live ones.
 * @param shortFrame true for the short frames of a three-phase meter in overload.
 */
public record TicDetails(
    Tariff tariff,
    Limits limits,
    Map<Timed, TimedValue> timed,
    List<OptionalLong> distributorMicroWattHour,
    List<OptionalLong> reactiveMicroVarHour,
    Optional<TicStatus> status,
    OptionalInt relays,
    Calendar calendar,
    Optional<String> shortMessage,
    Optional<String> prm,
    Load load,
    boolean shortFrame) {

  public TicDetails {
    timed = Map.copyOf(timed);
    distributorMicroWattHour = List.copyOf(distributorMicroWattHour);
    reactiveMicroVarHour = List.copyOf(reactiveMicroVarHour);
  }

  /**
   * Contract and running tariff.
   *
   * @param contract name of the contract (NGTF or OPTARIF), trimmed.
   * @param running name of the running tariff (LTARF or PTEC), trimmed; for people, not to be read
   *     by programs.
   * @param tomorrow colour of tomorrow in historical mode (DEMAIN), as sent; empty while unknown.
   * @param peakNoticeMinutes notice of a mobile peak (PEJP), minutes.
   * @param offPeakGroup group of off-peak hours (HHPHC).
   * @param stateWord MOTDETAT, hexadecimal, reserved.
   */
  public record Tariff(
      Optional<String> contract,
      Optional<String> running,
      Optional<String> tomorrow,
      OptionalInt peakNoticeMinutes,
      Optional<String> offPeakGroup,
      Optional<String> stateWord) {}

  /**
   * What the contract allows.
   *
   * @param subscribedVoltAmpere subscribed apparent power, VA; in historical mode from the
   *     subscribed current at 200 V.
   * @param cutOffVoltAmpere apparent power at which the breaker opens, VA.
   * @param subscribedAmpere subscribed current per phase, A (historical mode).
   */
  public record Limits(
      OptionalInt subscribedVoltAmpere,
      OptionalInt cutOffVoltAmpere,
      OptionalInt subscribedAmpere) {}

  /** Values that come with a time, and their unit. */
  public enum Timed {
    MAX_IMPORT_TODAY_VA,
    MAX_IMPORT_TODAY_L1_VA,
    MAX_IMPORT_TODAY_L2_VA,
    MAX_IMPORT_TODAY_L3_VA,
    MAX_IMPORT_YESTERDAY_VA,
    MAX_IMPORT_YESTERDAY_L1_VA,
    MAX_IMPORT_YESTERDAY_L2_VA,
    MAX_IMPORT_YESTERDAY_L3_VA,
    MAX_EXPORT_TODAY_VA,
    MAX_EXPORT_YESTERDAY_VA,
    /** Mean of the last complete period of the load curve; up to an hour old. */
    MEAN_IMPORT_W,
    MEAN_IMPORT_BEFORE_W,
    MEAN_EXPORT_W,
    MEAN_EXPORT_BEFORE_W,
    /** Mean of ten minutes. */
    MEAN_VOLTAGE_L1_V,
    MEAN_VOLTAGE_L2_V,
    MEAN_VOLTAGE_L3_V
  }

  /**
   * A value and its time.
   *
   * @param value in the unit that ends the name of its {@link Timed}, 0 or more.
   * @param at the time it belongs to.
   */
  public record TimedValue(long value, MeterTime at) {}

  /**
   * Day profiles and announced peaks.
   *
   * @param today profile of today (NJOURF), 0..9; ignores mobile peaks.
   * @param tomorrow profile of tomorrow (NJOURF+1).
   * @param tomorrowBlocks blocks of tomorrow (PJOURF+1), at most 11.
   * @param peakBlocks blocks of the next peak day (PPOINTE), at most 11.
   * @param peaks announced mobile peaks, at most 3.
   */
  public record Calendar(
      OptionalInt today,
      OptionalInt tomorrow,
      List<Block> tomorrowBlocks,
      List<Block> peakBlocks,
      List<MobilePeak> peaks) {
    public Calendar {
      tomorrowBlocks = List.copyOf(tomorrowBlocks);
      peakBlocks = List.copyOf(peakBlocks);
      peaks = List.copyOf(peaks);
    }
  }

  /**
   * What happens at one moment of a day.
   *
   * @param from local time.
   * @param actions 16 bits: 0-3 index of the supplier, 4-10 virtual contacts 1-7, 14-15 dry
   *     contact. Source: Enedis-NOI-CPT_54E §6.2.3.22.
   */
  public record Block(LocalTime from, int actions) {

    /** Index of the supplier from then on, 1..10; empty for no change. */
    public OptionalInt supplierIndex() {
      int index = actions & 0xF;
      return index >= 1 && index <= 10 ? OptionalInt.of(index) : OptionalInt.empty();
    }

    /** Virtual contact 1..7 is closed. */
    public boolean virtualContact(int number) {
      return (actions >>> (3 + number) & 1) != 0;
    }

    /** Dry contact: 0 no change, 1 by the Tempo rule, 2 open, 3 closed. */
    public int dryContact() {
      return actions >>> 14 & 3;
    }
  }

  /**
   * An announced mobile peak.
   *
   * @param number 1..3; for Tempo 1 means white and 2 means red.
   * @param from its beginning; empty when not sent.
   * @param to its end; empty when not sent.
   * @param profile day profile.
   */
  public record MobilePeak(
      int number, Optional<MeterTime> from, Optional<MeterTime> to, int profile) {}

  /**
   * Currents and powers beside the live ones.
   *
   * @param overloadAmpere current while it exceeds the subscribed one (ADPS, or ADIR1-3 by phase),
   *     L1 first, A; empty list when there is no overload.
   * @param maximumAmpere IMAX or IMAX1-3, A; a constant on newer meters.
   * @param maximumVoltAmpere PMAX: yesterday's maximum on newer meters, VA.
   * @param absentPhases PPOT: bit n set when phase n is absent.
   */
  public record Load(
      List<OptionalInt> overloadAmpere,
      List<OptionalInt> maximumAmpere,
      OptionalInt maximumVoltAmpere,
      OptionalInt absentPhases) {
    public Load {
      overloadAmpere = List.copyOf(overloadAmpere);
      maximumAmpere = List.copyOf(maximumAmpere);
    }
  }
}
