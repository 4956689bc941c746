// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.MeterSettings.CurrentSign;
import io.energydongle.config.MeterSettings.CurrentSource;
import io.energydongle.config.MeterSettings.Electricity;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.Wiring;
import io.energydongle.testkit.Snapshots;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The rules of {@code p1.md} section 4. */
class ElectricityOptionsTest {

  private static MeterSnapshot apply(
      MeterSnapshot snapshot,
      int multiplier,
      boolean derive,
      CurrentSource source,
      CurrentSign sign) {
    return new ElectricityOptions(new Electricity(multiplier, derive, source, sign))
        .apply(snapshot);
  }

  private static MeterSnapshot onePhase(Phase phase, int resolution) {
    return Snapshots.empty(0)
        .wiring(Optional.of(Wiring.ONE_PHASE))
        .powerMilliWatt(OptionalLong.of(0), OptionalLong.of(690_000))
        .phases(List.of(phase))
        .currentResolutionMilliAmpere(OptionalInt.of(resolution))
        .build();
  }

  @Test
  void a_product_that_no_meter_can_have_is_dropped_and_steers_nothing() {
    MeterSnapshot huge = onePhase(Snapshots.phase(230_000, 999_000, 0), 1000);
    MeterSnapshot product = apply(huge, 2500, false, CurrentSource.METER, CurrentSign.NONE);
    assertThat(product.phase(1).milliAmpere()).isEmpty();
    assertThat(product.fitForControl()).isFalse();
    MeterSnapshot energy =
        huge.toBuilder()
            .energy(
                new EnergyRegisters(OptionalLong.of(999_999_999_000_000L), List.of()),
                EnergyRegisters.NONE)
            .build();
    assertThat(
            apply(energy, 10_000, false, CurrentSource.METER, CurrentSign.NONE)
                .energyImport()
                .totalMicroWattHour())
        .isEmpty();
  }

  @Test
  void a_phase_without_supply_gives_no_current_by_division() {
    MeterSnapshot dead = onePhase(Snapshots.phase(100, 0, 5_000), 1000);
    MeterSnapshot refined = apply(dead, 1, false, CurrentSource.REFINED, CurrentSign.NONE);
    assertThat(refined.phase(1).milliAmpere()).hasValue(0);
  }

  @Test
  void a_meter_that_says_nothing_of_its_phases_gets_a_current_when_asked() {
    MeterSnapshot older =
        Snapshots.empty(0).powerMilliWatt(OptionalLong.of(2_300_000), OptionalLong.empty()).build();
    MeterSnapshot derived = apply(older, 1, true, CurrentSource.METER, CurrentSign.NONE);
    assertThat(derived.phase(1).milliAmpere()).hasValue(10_000);
    assertThat(derived.notes()).containsExactly(Note.CURRENT_DERIVED);
  }

  @Test
  void by_default_a_reading_is_left_as_the_meter_said_it() {
    MeterSnapshot snapshot = onePhase(Snapshots.phase(230_000, 2_000, -690_000), 1000);
    assertThat(apply(snapshot, 1, false, CurrentSource.METER, CurrentSign.NONE)).isSameAs(snapshot);
  }

  @Test
  void a_whole_ampere_below_power_by_voltage_is_raised_and_never_lowered() {
    MeterSnapshot refined =
        apply(
            onePhase(Snapshots.phase(230_000, 2_000, -690_000), 1000),
            1,
            false,
            CurrentSource.REFINED,
            CurrentSign.NONE);
    assertThat(refined.phase(1).milliAmpere()).hasValue(3_000);
    assertThat(refined.notes()).containsExactly(Note.CURRENT_REFINED);
    MeterSnapshot higher = onePhase(Snapshots.phase(230_000, 5_000, -690_000), 1000);
    assertThat(
            apply(higher, 1, false, CurrentSource.REFINED, CurrentSign.NONE).phase(1).milliAmpere())
        .hasValue(5_000);
  }

  @Test
  void a_current_with_decimals_is_not_refined() {
    MeterSnapshot fine = onePhase(Snapshots.phase(230_000, 2_980, -690_000), 10);
    assertThat(apply(fine, 1, false, CurrentSource.REFINED, CurrentSign.NONE).notes()).isEmpty();
  }

  @Test
  void a_missing_current_is_derived_with_230_volt_only_when_the_user_allows_it() {
    Phase powerOnly =
        new Phase(OptionalInt.empty(), OptionalInt.empty(), OptionalLong.of(-690_000));
    MeterSnapshot snapshot = onePhase(powerOnly, 1000);
    assertThat(
            apply(snapshot, 1, false, CurrentSource.REFINED, CurrentSign.NONE)
                .phase(1)
                .milliAmpere())
        .isEmpty();
    MeterSnapshot derived = apply(snapshot, 1, true, CurrentSource.METER, CurrentSign.NONE);
    assertThat(derived.phase(1).milliAmpere()).hasValue(3_000);
    assertThat(derived.notes()).containsExactly(Note.CURRENT_DERIVED);
  }

  @Test
  void on_one_phase_the_total_serves_when_the_phase_has_no_power() {
    Phase silent = new Phase(OptionalInt.of(230_000), OptionalInt.empty(), OptionalLong.empty());
    MeterSnapshot derived =
        apply(onePhase(silent, 1000), 1, true, CurrentSource.METER, CurrentSign.BY_PHASE_POWER);
    assertThat(derived.phase(1).milliAmpere()).hasValue(-3_000);
  }

  @Test
  void the_sign_follows_the_power_of_the_phase() {
    MeterSnapshot signed =
        apply(
            onePhase(Snapshots.phase(230_000, 3_000, -690_000), 1000),
            1,
            false,
            CurrentSource.METER,
            CurrentSign.BY_PHASE_POWER);
    assertThat(signed.phase(1).milliAmpere()).hasValue(-3_000);
  }

  @Test
  void without_neutral_neither_sign_nor_refinement_is_possible() {
    MeterSnapshot threeWires =
        Snapshots.threePhase(0, 100)
            .wiring(Optional.of(Wiring.THREE_PHASE_NO_NEUTRAL))
            .currentResolutionMilliAmpere(OptionalInt.of(1000))
            .build();
    assertThat(apply(threeWires, 1, true, CurrentSource.REFINED, CurrentSign.BY_PHASE_POWER))
        .isSameAs(threeWires);
  }

  @Test
  void a_transformer_ratio_multiplies_all_but_voltages() {
    MeterSnapshot snapshot =
        Snapshots.threePhase(0, 1_000).energy(Snapshots.energy(5, 7), EnergyRegisters.NONE).build();
    MeterSnapshot times60 = apply(snapshot, 60, false, CurrentSource.METER, CurrentSign.NONE);
    assertThat(times60.netMilliWatt()).hasValue(60_000_000);
    assertThat(times60.phase(2).milliAmpere()).hasValue(120_000);
    assertThat(times60.phase(2).netMilliWatt()).hasValue(27_720_000);
    assertThat(times60.phase(2).milliVolt()).hasValue(231_000);
    assertThat(times60.energyImport()).isEqualTo(Snapshots.energy(300, 420));
    assertThat(times60.notes()).containsExactly(Note.MULTIPLIED);
  }
}
