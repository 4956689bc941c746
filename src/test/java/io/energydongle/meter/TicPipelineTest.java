// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.MeterSettings;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.testkit.Decoded;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What needs more than one frame, or a frame that no meter should send. */
class TicPipelineTest {

  private static String standard(String... fields) {
    String counted = String.join("\t", fields) + "\t";
    return "\n" + counted + checksum(counted) + "\r";
  }

  private static String historical(String label, String data) {
    String counted = label + " " + data;
    return "\n" + counted + " " + checksum(counted) + "\r";
  }

  private static char checksum(String counted) {
    return (char) ((counted.chars().sum() & 0x3F) + 0x20);
  }

  private static byte[] bytes(String... parts) {
    return String.join("", parts).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] frame(String... groups) {
    return bytes("\u0002", String.join("", groups), "\u0003");
  }

  private static String live(int ampere, int voltAmpere) {
    return standard("IRMS1", String.format("%03d", ampere))
        + standard("URMS1", "230")
        + standard("SINSTS", String.format("%05d", voltAmpere));
  }

  private static long watt(MeterSnapshot snapshot) {
    return snapshot.netMilliWatt().orElseThrow() / 1000;
  }

  private static final String ADDRESS = standard("ADSC", "041975000001");
  private static final String CONSUMER = standard("STGE", "003A4001");

  @Test
  void the_halves_of_two_frames_around_a_pause_are_never_one_reading() {
    byte[] first = bytes("\u0002", ADDRESS, standard("EAST", "000001000"), live(20, 4600));
    byte[] second = bytes(standard("SINSTS", "00000"), standard("STGE", "003A4201"), "\u0003");
    Decoded decoded = Decoded.sequence(MeterSettings.DEFAULT, List.of(first, second));
    assertThat(decoded.snapshots).extracting(TicPipelineTest::watt).containsExactly(4600L);
  }

  @Test
  void a_time_that_is_missing_rejects_its_group_and_nothing_else() {
    Decoded decoded =
        Decoded.of(frame("\n\n\n\n\n\n", standard("DATE", ""), ADDRESS, live(2, 460), CONSUMER));
    assertThat(decoded.snapshots).hasSize(1);
    assertThat(decoded.snapshots.get(0).meterTime()).isEmpty();
    assertThat(decoded.dropped)
        .extracting(r -> r.reason().code())
        .containsExactly("malformed-value");
  }

  @Test
  void a_producer_that_becomes_a_consumer_is_read_on() {
    byte[] producer =
        frame(ADDRESS, live(2, 0), standard("SINSTI", "00460"), standard("STGE", "003AC301"));
    byte[] consumer = frame(ADDRESS, live(3, 690), CONSUMER);
    Decoded decoded = Decoded.sequence(MeterSettings.DEFAULT, List.of(producer, consumer));
    assertThat(decoded.snapshots).extracting(TicPipelineTest::watt).containsExactly(-460L, 690L);
  }

  @Test
  void text_behind_an_endless_group_is_no_group() {
    String glued = "x".repeat(162) + standard("SINSTS", "09999").substring(1);
    Decoded decoded =
        Decoded.of(
            frame(
                ADDRESS,
                standard("IRMS1", "002"),
                standard("URMS1", "230"),
                "\n" + glued,
                CONSUMER));
    assertThat(decoded.snapshots).isEmpty();
    assertThat(decoded.reasons()).containsExactly("group-missing");
  }

  @Test
  void a_damaged_apparent_power_is_not_replaced_by_a_calculated_one() {
    Decoded decoded =
        Decoded.of(
            frame(
                historical("ADCO", "031961000005"),
                historical("OPTARIF", "BASE"),
                historical("BASE", "000001000"),
                historical("IINST", "002"),
                historical("PAPP", "0050p")));
    assertThat(decoded.snapshots).isEmpty();
    assertThat(decoded.reasons()).containsExactly("group-missing");
    assertThat(decoded.dropped)
        .extracting(r -> r.reason().code())
        .containsExactly("malformed-value");
  }

  @Test
  void a_lost_counter_is_carried_over_however_it_was_lost() {
    byte[] good = frame(ADDRESS, standard("EAST", "000001000"), live(2, 460), CONSUMER);
    byte[] malformed = frame(ADDRESS, standard("EAST", "0000q0000"), live(2, 460), CONSUMER);
    byte[] without = frame(ADDRESS, live(2, 460), CONSUMER);
    Decoded decoded = Decoded.sequence(MeterSettings.DEFAULT, List.of(good, malformed, without));
    assertThat(decoded.snapshots)
        .extracting(s -> s.energyImport().totalMicroWattHour().orElseThrow() / 1_000_000)
        .containsExactly(1000L, 1000L, 1000L);
    assertThat(decoded.snapshots)
        .extracting(s -> s.notes().contains(Note.ENERGY_CARRIED_OVER))
        .containsExactly(false, true, true);
  }

  @Test
  void another_option_brings_its_own_counters() {
    byte[] offPeak =
        frame(
            historical("ADCO", "031961000005"),
            historical("OPTARIF", "HC.."),
            historical("HCHC", "000001000"),
            historical("HCHP", "000002000"),
            historical("IINST", "002"),
            historical("PAPP", "00460"));
    byte[] base =
        frame(
            historical("ADCO", "031961000005"),
            "\nOPTARIF BASX 0\r",
            historical("BASE", "000009000"),
            historical("IINST", "002"),
            historical("PAPP", "00460"));
    Decoded decoded = Decoded.sequence(MeterSettings.DEFAULT, List.of(offPeak, base));
    assertThat(decoded.snapshots)
        .extracting(s -> s.energyImport().totalMicroWattHour().orElseThrow() / 1_000_000)
        .containsExactly(3000L, 9000L);
  }

  @Test
  void a_masked_address_is_another_meter_without_the_number_of_the_one_before() {
    byte[] known = frame(ADDRESS, standard("EAST", "000001000"), live(2, 460), CONSUMER);
    byte[] masked = frame(standard("ADSC", "XXXXXXXXXXXX"), live(3, 690), CONSUMER);
    Decoded decoded = Decoded.sequence(MeterSettings.DEFAULT, List.of(known, masked));
    assertThat(decoded.snapshots.get(0).meter().serial()).hasValue("041975000001");
    assertThat(decoded.snapshots.get(1).meter().serial()).isEmpty();
    assertThat(decoded.snapshots.get(1).energyImport().isEmpty()).isTrue();
  }

  @Test
  void an_overload_announced_twice_in_a_frame_does_not_cut_it() {
    Decoded decoded =
        Decoded.of(
            frame(
                historical("ADCO", "031961000005"),
                historical("OPTARIF", "BASE"),
                historical("ADPS", "034"),
                historical("ISOUSC", "30"),
                historical("BASE", "000001000"),
                historical("PTEC", "TH.."),
                historical("IINST", "034"),
                historical("ADPS", "034"),
                historical("PAPP", "07820")));
    assertThat(decoded.snapshots).extracting(TicPipelineTest::watt).containsExactly(7820L);
  }

  @Test
  void the_only_phase_is_never_negative_nor_more_than_the_total() {
    Decoded decoded =
        Decoded.of(
            frame(
                ADDRESS, live(2, 300), standard("SINSTI", "00500"), standard("STGE", "003AC301")));
    assertThat(watt(decoded.snapshots.get(0))).isEqualTo(-500);
    assertThat(decoded.snapshots.get(0).phase(1).netMilliWatt()).hasValue(0);
  }
}
