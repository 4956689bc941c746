// SPDX-License-Identifier: Apache-2.0
package io.energydongle.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.energydongle.config.LineSetting;
import io.energydongle.config.MeterSettings;
import io.energydongle.serial.MeterPort;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterIdentity.Protocol;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Wiring;
import io.energydongle.testkit.Decoded;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each scenario promises, seen through the real decoder. */
class SimulatedMeterTest {

  private static final int DAY_SECONDS = 600;

  private static Decoded play(Scenario scenario, int seconds) {
    SimulatedMeter meter = new SimulatedMeter(scenario);
    List<byte[]> sent = new ArrayList<>();
    for (int second = 0; second < seconds; second++) {
      sent.add(meter.send(second, Instant.parse("2026-07-01T10:00:00Z").plusSeconds(second)));
    }
    return Decoded.sequence(MeterSettings.DEFAULT, sent);
  }

  private static long wattOf(MeterSnapshot snapshot) {
    return snapshot.netMilliWatt().orElseThrow() / 1000;
  }

  @ParameterizedTest
  @EnumSource(
      value = Scenario.class,
      names = {
        "DSMR5_3PHASE",
        "DSMR42",
        "EMUCS",
        "EMUCS_3X230",
        "METER_SWAP",
        "TIC_STANDARD",
        "TIC_STANDARD_PRODUCER",
        "TIC_STANDARD_3PHASE",
        "TIC_HISTORICAL",
        "TIC_MODE_SWITCH"
      })
  void every_telegram_is_accepted_and_fit_for_control(Scenario scenario) {
    Decoded decoded = play(scenario, DAY_SECONDS);
    assertThat(decoded.rejections).isEmpty();
    assertThat(decoded.dropped).isEmpty();
    assertThat(decoded.snapshots).isNotEmpty().allMatch(MeterSnapshot::fitForControl);
  }

  @Test
  void french_meters_export_as_their_mode_allows() {
    assertThat(play(Scenario.TIC_STANDARD_PRODUCER, DAY_SECONDS).snapshots)
        .anyMatch(s -> wattOf(s) < -4_000 && !s.notes().contains(Note.POWER_DERIVED))
        .allMatch(s -> s.phase(1).netMilliWatt().orElseThrow() >= 0);
    assertThat(play(Scenario.TIC_STANDARD, DAY_SECONDS).snapshots)
        .anyMatch(s -> wattOf(s) < -4_000 && s.notes().contains(Note.POWER_DERIVED));
    assertThat(play(Scenario.TIC_STANDARD_3PHASE, DAY_SECONDS).snapshots)
        .allMatch(s -> s.wiring().equals(Optional.of(Wiring.THREE_PHASE_NEUTRAL)));
    assertThat(play(Scenario.TIC_HISTORICAL, DAY_SECONDS).snapshots)
        .allMatch(s -> wattOf(s) >= 0)
        .anyMatch(s -> s.notes().contains(Note.EXPORT_SUSPECTED));
  }

  @Test
  void the_mode_switch_changes_the_protocol_and_the_speed() {
    assertThat(play(Scenario.TIC_MODE_SWITCH, 120).snapshots)
        .extracting(s -> s.meter().protocol())
        .startsWith(Protocol.TIC_HISTORICAL)
        .endsWith(Protocol.TIC_STANDARD);
    SimulatedMeter meter = new SimulatedMeter(Scenario.TIC_MODE_SWITCH);
    assertThat(meter.line(59)).isEqualTo(LineSetting.BAUD_1200);
    assertThat(meter.line(60)).isEqualTo(LineSetting.BAUD_9600);
  }

  @Test
  void a_day_of_the_house_has_sun_and_a_charging_car() {
    Decoded decoded = play(Scenario.DSMR5_3PHASE, DAY_SECONDS);
    assertThat(decoded.snapshots).hasSize(DAY_SECONDS);
    assertThat(decoded.snapshots).anyMatch(s -> wattOf(s) < -4_000);
    assertThat(decoded.snapshots).anyMatch(s -> wattOf(s) > 10_000);
    assertThat(decoded.snapshots).allMatch(s -> s.phases().size() == 3);
    assertThat(decoded.snapshots.get(0).meter().version()).hasValue("50");
    assertThat(decoded.snapshots.get(0).device(Medium.GAS)).isPresent();
  }

  @Test
  void the_counters_add_up_what_the_power_was() {
    Decoded decoded = play(Scenario.DSMR5_3PHASE, DAY_SECONDS);
    double wattSeconds =
        decoded.snapshots.stream().skip(1).mapToLong(s -> Math.max(0, wattOf(s))).sum();
    MeterSnapshot first = decoded.snapshots.get(0);
    MeterSnapshot last = decoded.snapshots.get(DAY_SECONDS - 1);
    double counted =
        (last.energyImport().totalMicroWattHour().orElseThrow()
                - first.energyImport().totalMicroWattHour().orElseThrow())
            / 1e6;
    assertThat(counted).isCloseTo(wattSeconds / 3600, Offset.offset(3.0));
  }

  @Test
  void dsmr_4_2_has_no_voltage_and_a_telegram_every_ten_seconds() {
    Decoded decoded = play(Scenario.DSMR42, 100);
    assertThat(decoded.snapshots).hasSize(10);
    assertThat(decoded.snapshots)
        .allMatch(s -> s.phase(1).milliVolt().isEmpty() && s.phase(1).milliAmpere().isPresent());
    assertThat(decoded.snapshots.get(0).meter().version()).hasValue("42");
    assertThat(decoded.snapshots.get(0).wiring()).hasValue(Wiring.ONE_PHASE);
  }

  @Test
  void emucs_has_demand_gas_and_water() {
    MeterSnapshot last = play(Scenario.EMUCS, 20).snapshots.get(19);
    assertThat(last.meter().protocol()).isEqualTo(Protocol.EMUCS);
    assertThat(last.wiring()).hasValue(Wiring.THREE_PHASE_NEUTRAL);
    assertThat(last.demand().nowMilliWatt()).isPresent();
    assertThat(last.demand().monthPeak()).isPresent();
    assertThat(last.chosen()).containsKeys(Medium.GAS, Medium.WATER);
  }

  @Test
  void the_demand_counts_up_from_zero_in_every_quarter_hour_as_real_meters_do() {
    List<MeterSnapshot> day = play(Scenario.EMUCS, 1_800).snapshots;
    long milliWattSeconds = 0;
    boolean fromTheStart = false;
    for (MeterSnapshot snapshot : day) {
      long second = snapshot.meterTime().orElseThrow().instant().orElseThrow().getEpochSecond();
      if (second % 900 == 0) {
        milliWattSeconds = 0;
        fromTheStart = true;
      }
      milliWattSeconds += snapshot.importMilliWatt().orElseThrow();
      if (fromTheStart) {
        assertThat(snapshot.demand().nowMilliWatt().orElseThrow())
            .isCloseTo(milliWattSeconds / 900, within(2_000L));
      }
    }
    assertThat(fromTheStart).isTrue();
  }

  @Test
  void without_neutral_the_two_elements_add_up_to_the_power() {
    for (MeterSnapshot snapshot : play(Scenario.EMUCS_3X230, DAY_SECONDS).snapshots) {
      assertThat(snapshot.wiring()).hasValue(Wiring.THREE_PHASE_NO_NEUTRAL);
      long sum =
          snapshot.phase(1).netMilliWatt().orElseThrow()
              + snapshot.phase(3).netMilliWatt().orElseThrow();
      assertThat(Math.abs(sum - snapshot.netMilliWatt().orElseThrow())).isLessThan(2_001);
      assertThat(snapshot.phase(2).milliVolt()).hasValue(0);
      assertThat(snapshot.phase(2).milliAmpere().orElseThrow()).isPositive();
    }
  }

  @Test
  void silence_and_noise_hold_no_telegram() {
    assertThat(play(Scenario.SILENCE, 60).snapshots).isEmpty();
    assertThat(play(Scenario.NOISE, 60).snapshots).isEmpty();
  }

  @Test
  void a_swapped_meter_has_another_serial_number_and_lower_counters() {
    Decoded decoded = play(Scenario.METER_SWAP, 120);
    List<Optional<String>> serials =
        decoded.snapshots.stream().map(s -> s.meter().serial()).distinct().toList();
    assertThat(serials).hasSize(2);
    assertThat(decoded.snapshots).hasSize(105);
    assertThat(decoded.snapshots.get(60).energyImport().totalMicroWattHour().orElseThrow())
        .isLessThan(20_000_000);
  }

  @Test
  void bytes_arrive_no_faster_than_the_line_carries_them() throws Exception {
    SimulatedPorts ports =
        new SimulatedPorts(Scenario.DSMR5_3PHASE, Clock.systemUTC(), System::nanoTime);
    byte[] buffer = new byte[4096];
    int bytes = 0;
    long first = 0;
    long last = 0;
    try (MeterPort port = ports.open(LineSetting.BAUD_115200)) {
      while (bytes == 0 || buffer[0] != '!') {
        int count = port.read(buffer);
        last = System.nanoTime();
        first = bytes == 0 && count > 0 ? last : first;
        bytes += count;
        for (int i = 0; i < count; i++) {
          buffer[0] = buffer[i] == '!' ? (byte) '!' : buffer[0];
        }
      }
    }
    double lineSeconds = bytes * 10 / 115_200.0;
    assertThat((last - first) / 1e9).isGreaterThan(lineSeconds - 0.03);
  }

  @Test
  void at_another_speed_the_line_is_silent() throws Exception {
    SimulatedPorts ports =
        new SimulatedPorts(Scenario.DSMR5_3PHASE, Clock.systemUTC(), System::nanoTime);
    try (MeterPort port = ports.open(LineSetting.BAUD_9600)) {
      assertThat(port.read(new byte[4096])).isZero();
    }
  }
}
