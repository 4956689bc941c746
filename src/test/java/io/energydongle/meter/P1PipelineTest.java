// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Crc16;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.testkit.Decoded;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What needs more than one telegram. */
class P1PipelineTest {

  private static byte[] telegram(String serial, String... lines) {
    String text =
        "/EDS5\r\n\r\n1-3:0.2.8(50)\r\n0-0:96.1.1("
            + serial
            + ")\r\n1-0:1.7.0(00.100*kW)\r\n1-0:2.7.0(00.000*kW)\r\n"
            + String.join("\r\n", lines)
            + "\r\n!";
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    String checksum = String.format("%04X\r\n", Crc16.of(bytes, 0, bytes.length));
    return (text + checksum).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] withoutChecksum(String lines) {
    return ("/EDS5\r\n\r\n0-0:96.1.1(A)\r\n1-0:1.7.0(0000.10*kW)\r\n" + lines + "\r\n!\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static List<Long> importedWattHour(Decoded decoded) {
    return decoded.snapshots.stream()
        .map(s -> s.energyImport().totalMicroWattHour().orElseThrow() / 1_000_000)
        .toList();
  }

  @Test
  void sequence_numbers_count_accepted_telegrams_from_one() {
    byte[] good = telegram("41");
    byte[] bad = good.clone();
    bad[40] ^= 1;
    Decoded decoded = Decoded.sequence(MeterSettings.DEFAULT, List.of(good, bad, good, good));
    assertThat(decoded.snapshots).extracting(MeterSnapshot::sequence).containsExactly(1L, 2L, 3L);
  }

  @Test
  void a_counter_that_steps_back_is_held_until_three_telegrams_agree() {
    Decoded decoded =
        Decoded.sequence(
            MeterSettings.DEFAULT,
            List.of(
                telegram("41", "1-0:1.8.1(000100.000*kWh)"),
                telegram("41", "1-0:1.8.1(000050.000*kWh)"),
                telegram("41", "1-0:1.8.1(000050.000*kWh)"),
                telegram("41", "1-0:1.8.1(000050.001*kWh)")));
    assertThat(importedWattHour(decoded)).containsExactly(100_000L, 100_000L, 100_000L, 50_001L);
    assertThat(decoded.snapshots)
        .extracting(s -> s.notes().contains(Note.ENERGY_HELD))
        .containsExactly(false, true, true, false);
    assertThat(decoded.snapshots).allMatch(MeterSnapshot::fitForControl);
  }

  @Test
  void another_serial_number_brings_other_counters_at_once() {
    Decoded decoded =
        Decoded.sequence(
            MeterSettings.DEFAULT,
            List.of(
                telegram("41", "1-0:1.8.1(000100.000*kWh)"),
                telegram("42", "1-0:1.8.1(000001.000*kWh)")));
    assertThat(importedWattHour(decoded)).containsExactly(100_000L, 1_000L);
    assertThat(decoded.snapshots.get(1).notes()).isEmpty();
  }

  @Test
  void a_gas_meter_that_steps_back_is_held_and_a_new_one_is_not() {
    String type = "0-1:24.1.0(003)";
    Decoded decoded =
        Decoded.sequence(
            MeterSettings.DEFAULT,
            List.of(
                telegram("41", type, "0-1:96.1.0(4701)", "0-1:24.2.1(260101000000W)(00100.000*m3)"),
                telegram("41", type, "0-1:96.1.0(4701)", "0-1:24.2.1(260101000000W)(00010.000*m3)"),
                telegram(
                    "41", type, "0-1:96.1.0(4702)", "0-1:24.2.1(260101000500W)(00001.000*m3)")));
    assertThat(decoded.snapshots)
        .extracting(s -> s.device(Medium.GAS).orElseThrow().valueMicro().orElseThrow() / 1_000_000)
        .containsExactly(100L, 100L, 1L);
  }

  @Test
  void without_checksum_a_counter_that_steps_back_rejects_the_telegram() {
    Decoded decoded =
        Decoded.sequence(
            MeterSettings.DEFAULT,
            List.of(
                withoutChecksum("1-0:1.8.1(00100.000*kWh)"),
                withoutChecksum("1-0:1.8.1(00050.000*kWh)"),
                withoutChecksum("1-0:1.8.1(00100.001*kWh)")));
    assertThat(importedWattHour(decoded)).containsExactly(100_000L, 100_001L);
    assertThat(decoded.reasons()).containsExactly("implausible-change");
  }

  @Test
  void without_checksum_a_counter_that_jumps_rejects_the_telegram() {
    Decoded decoded =
        Decoded.sequence(
            MeterSettings.DEFAULT,
            List.of(
                withoutChecksum("1-0:1.8.1(00100.000*kWh)"),
                withoutChecksum("1-0:1.8.1(00900.000*kWh)"),
                withoutChecksum("1-0:1.8.1(00100.001*kWh)")));
    assertThat(importedWattHour(decoded)).containsExactly(100_000L, 100_001L);
    assertThat(decoded.reasons()).containsExactly("implausible-change");
  }

  @Test
  void the_period_is_measured_once_three_gaps_are_known() {
    byte[] fromTenSecondFamily =
        new String(telegram("41"), StandardCharsets.US_ASCII).getBytes(StandardCharsets.US_ASCII);
    Decoded decoded =
        Decoded.sequence(MeterSettings.DEFAULT, Collections.nCopies(5, fromTenSecondFamily));
    assertThat(decoded.snapshots)
        .extracting(s -> s.reception().period())
        .containsOnly(Duration.ofSeconds(1));
  }

  @Test
  void a_meter_without_version_is_taken_for_a_ten_second_one_until_measured() {
    Decoded decoded =
        Decoded.sequence(
            MeterSettings.DEFAULT,
            Collections.nCopies(5, withoutChecksum("1-0:1.8.1(00100.000*kWh)")));
    assertThat(decoded.snapshots)
        .extracting(s -> s.reception().period().toSeconds())
        .containsExactly(10L, 10L, 10L, 1L, 1L);
  }

  @Test
  void a_wrong_checksum_is_only_ignored_when_the_user_says_so() {
    MeterSettings ignoring =
        new MeterSettings(
            true,
            MeterSettings.Electricity.DEFAULT,
            MeterSettings.MbusChannels.DEFAULT,
            MeterSettings.Decryption.DEFAULT,
            MeterSettings.Tic.DEFAULT,
            0);
    byte[] wrong = telegram("41");
    int digit = new String(wrong, StandardCharsets.US_ASCII).indexOf("00.100");
    wrong[digit + 3] = '7';
    Decoded decoded = Decoded.sequence(ignoring, List.of(wrong));
    assertThat(decoded.snapshots.get(0).notes()).containsExactly(Note.CHECKSUM_IGNORED);
    assertThat(Decoded.of(wrong).reasons()).containsExactly("checksum-mismatch");
  }

  @Test
  void a_wrong_checksum_is_not_ignored_together_with_a_damaged_line() {
    MeterSettings ignoring =
        new MeterSettings(
            true,
            MeterSettings.Electricity.DEFAULT,
            MeterSettings.MbusChannels.DEFAULT,
            MeterSettings.Decryption.DEFAULT,
            MeterSettings.Tic.DEFAULT,
            0);
    byte[] wrong = telegram("41", "1-0:31.7.0(025*A)");
    wrong[new String(wrong, StandardCharsets.US_ASCII).indexOf("1-0:31.7.0")] = 'x';
    assertThat(Decoded.sequence(ignoring, List.of(wrong)).reasons())
        .containsExactly("malformed-line");
  }

  /** On a bad line a second-meter must not get the time limit of a ten-second one. */
  @Test
  void lost_and_damaged_telegrams_do_not_make_the_period_longer() {
    byte[] good = telegram("41");
    byte[] bad = good.clone();
    bad[40] ^= 1;
    List<byte[]> oneInFifteen = new ArrayList<>();
    for (int i = 0; i < 91; i++) {
      oneInFifteen.add(i % 15 == 0 ? good : bad);
    }
    assertThat(Decoded.sequence(MeterSettings.DEFAULT, oneInFifteen).snapshots)
        .hasSize(7)
        .extracting(s -> s.reception().period())
        .containsOnly(Duration.ofSeconds(1));
    byte[] noise = {'#'};
    List<byte[]> mostlyLost = new ArrayList<>();
    for (int i = 0; i < 91; i++) {
      mostlyLost.add(i % 15 == 0 || i % 11 == 0 ? good : noise);
    }
    assertThat(Decoded.sequence(MeterSettings.DEFAULT, mostlyLost).snapshots)
        .extracting(s -> s.reception().period())
        .allMatch(period -> period.toSeconds() <= 4);
  }

  @Test
  void without_checksum_three_lower_counters_in_a_row_are_believed() {
    Decoded decoded =
        Decoded.sequence(
            MeterSettings.DEFAULT,
            List.of(
                withoutChecksum("1-0:1.8.1(00100.000*kWh)"),
                withoutChecksum("1-0:1.8.1(00050.000*kWh)"),
                withoutChecksum("1-0:1.8.1(00050.000*kWh)"),
                withoutChecksum("1-0:1.8.1(00050.001*kWh)")));
    assertThat(importedWattHour(decoded)).containsExactly(100_000L, 50_001L);
    assertThat(decoded.reasons()).containsExactly("implausible-change", "implausible-change");
  }

  @Test
  void without_checksum_a_value_that_is_none_rejects_the_telegram() {
    Decoded decoded = Decoded.of(withoutChecksum("1-0:1.8.1(001x0.000*kWh)"));
    assertThat(decoded.snapshots).isEmpty();
    assertThat(decoded.reasons()).containsExactly("malformed-value");
  }

  @Test
  void after_a_swap_an_older_meter_without_checksum_is_believed_from_its_third_telegram_on() {
    List<byte[]> swap = new ArrayList<>();
    swap.add(
        new String(telegram("41"), StandardCharsets.US_ASCII).getBytes(StandardCharsets.US_ASCII));
    byte[] older =
        new String(withoutChecksum("1-0:1.8.1(00100.000*kWh)"), StandardCharsets.US_ASCII)
            .replace("/EDS5", "/OLD2")
            .getBytes(StandardCharsets.US_ASCII);
    swap.addAll(Collections.nCopies(6, older));
    Decoded decoded = Decoded.sequence(MeterSettings.DEFAULT, swap);
    assertThat(decoded.snapshots)
        .extracting(s -> s.meter().ident())
        .containsExactly("EDS5", "OLD2", "OLD2", "OLD2", "OLD2");
    assertThat(decoded.reasons()).hasSize(2).containsOnly("checksum-missing");
  }

  @Test
  void a_total_is_not_made_from_a_part_of_its_tariffs() {
    for (String damaged : List.of("1-0:1.8.1(0001x0.000*kWh)", "1-0:1.8.1(000100.000*kWh")) {
      Decoded decoded = Decoded.of(telegram("41", damaged, "1-0:1.8.2(000200.000*kWh)"));
      assertThat(decoded.snapshots.get(0).energyImport().totalMicroWattHour())
          .as(damaged)
          .isEmpty();
    }
  }

  @Test
  void a_damaged_line_of_power_or_current_keeps_the_reading_from_chargers() {
    assertThat(Decoded.of(telegram("41", "1-0:22.7.0(02.000*kW")).snapshots.get(0).fitForControl())
        .isTrue();
    assertThat(
            Decoded.of(telegram("41", "1-0:32.7.0(230.0*V)", "1-0:31.7.0(025*A"))
                .snapshots
                .get(0)
                .notes())
        .contains(Note.CURRENT_UNUSABLE);
    assertThat(
            Decoded.of(telegram("41", "1-0:32.7.0(230.0*V)", "1-0:22.7.0(02.000*kW"))
                .snapshots
                .get(0)
                .fitForControl())
        .isFalse();
  }

  @Test
  void values_below_what_a_meter_can_have_are_dropped() {
    Decoded decoded =
        Decoded.of(
            telegram(
                "41",
                "1-0:1.8.1(-000100.000*kWh)",
                "1-0:32.7.0(-230.0*V)",
                "1-0:31.7.0(-025*A)",
                "0-1:24.1.0(003)",
                "0-1:24.2.1(260101000000W)(-0100.000*m3)"));
    assertThat(decoded.dropped)
        .extracting(r -> r.reason().code())
        .containsExactlyInAnyOrder(
            "implausible-value", "implausible-value", "implausible-value", "malformed-value");
    assertThat(decoded.snapshots.get(0).fitForControl()).isFalse();
  }
}
