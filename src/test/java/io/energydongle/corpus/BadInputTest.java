// SPDX-License-Identifier: Apache-2.0
package io.energydongle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.MeterSettings;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reactions of {@code p1.md} section 7, on our own captures. */
class BadInputTest {

  private static final long POWER_OF_FIRST = 193_000;
  private static final long POWER_OF_SECOND = 555_000;

  private static Decoded decode(String name) {
    return Decoded.of(Samples.own("bad/" + name + ".capture"));
  }

  private static List<Long> powers(Decoded decoded) {
    return decoded.snapshots.stream().map(s -> s.netMilliWatt().orElseThrow()).toList();
  }

  @Test
  void a_wrong_checksum_rejects_the_telegram() {
    Decoded decoded = decode("checksum-digit-swapped");
    assertThat(decoded.snapshots).isEmpty();
    assertThat(decoded.reasons()).containsExactly("checksum-mismatch");
  }

  @Test
  void a_start_in_mid_telegram_is_no_error() {
    Decoded decoded = decode("starts-in-the-middle");
    assertThat(powers(decoded)).containsExactly(POWER_OF_SECOND);
    assertThat(decoded.rejections).isEmpty();
  }

  @Test
  void a_telegram_that_lost_its_end_costs_only_itself() {
    Decoded decoded = decode("first-lost-its-end");
    assertThat(powers(decoded)).containsExactly(POWER_OF_SECOND);
    assertThat(decoded.reasons()).containsExactly("truncated");
  }

  @Test
  void a_slash_inside_a_line_starts_no_telegram() {
    Decoded decoded = decode("cut-in-a-line-then-slash");
    assertThat(decoded.snapshots).isEmpty();
    assertThat(decoded.reasons()).containsExactly("checksum-mismatch");
  }

  @Test
  void nul_and_ff_around_telegrams_do_no_harm() {
    Decoded decoded = decode("nul-and-ff-around");
    assertThat(powers(decoded)).containsExactly(POWER_OF_FIRST, POWER_OF_SECOND);
    assertThat(decoded.rejections).isEmpty();
  }

  @Test
  void a_superscript_three_is_a_three() {
    assertThat(decode("cubic-metre-superscript").reading().at("/mbus/0/unit").asText())
        .isEqualTo("m3");
  }

  @Test
  void a_message_of_ff_is_no_message() {
    Decoded decoded = decode("message-of-ff");
    assertThat(powers(decoded)).containsExactly(POWER_OF_FIRST);
    assertThat(decoded.snapshots.get(0).message()).isEmpty();
  }

  @Test
  void a_checksum_may_lack_its_leading_zero() {
    assertThat(powers(decode("checksum-three-digits"))).containsExactly(POWER_OF_FIRST);
  }

  @Test
  void a_checksum_may_be_lower_case() {
    assertThat(powers(decode("checksum-lower-case"))).containsExactly(POWER_OF_FIRST);
  }

  @Test
  void line_ends_that_were_changed_on_the_way_are_rejected_with_a_hint() {
    for (String name : List.of("line-ends-lf-only", "line-ends-cr-to-lf")) {
      Decoded decoded = decode(name);
      assertThat(decoded.reasons()).as(name).containsExactly("checksum-mismatch");
      assertThat(decoded.rejections.get(0).detail()).as(name).contains("raw mode");
    }
  }

  @Test
  void seven_bits_with_even_parity_are_recognised_from_the_first_telegram_on() {
    assertThat(powers(decode("seven-bits-even-parity"))).containsExactly(POWER_OF_FIRST);
  }

  @Test
  void a_parity_error_rejects_a_telegram_that_has_no_checksum() {
    Decoded decoded = decode("seven-bits-parity-error-without-checksum");
    assertThat(decoded.snapshots).isEmpty();
    assertThat(decoded.reasons()).containsExactly("damaged-character");
  }

  @Test
  void a_telegram_without_an_end_is_not_published() {
    Decoded decoded = decode("no-end");
    assertThat(decoded.snapshots).isEmpty();
    assertThat(decoded.reasons()).containsExactly("truncated");
  }

  @Test
  void a_destroyed_checksum_is_a_wrong_checksum() {
    assertThat(decode("checksum-digit-destroyed").reasons()).containsExactly("checksum-mismatch");
  }

  @Test
  void a_meter_with_a_version_has_to_send_a_checksum() {
    assertThat(decode("checksum-lost").reasons()).containsExactly("checksum-missing");
  }

  @Test
  void a_meter_that_never_sends_a_checksum_is_believed_from_the_fifth_telegram_on() {
    byte[] telegram = Samples.own("bad/checksum-lost.capture");
    List<byte[]> seven = Collections.nCopies(7, telegram);
    Decoded decoded = Decoded.sequence(MeterSettings.DEFAULT, seven);
    assertThat(decoded.snapshots).hasSize(3);
    assertThat(decoded.reasons()).containsOnly("checksum-missing").hasSize(4);
    assertThat(decoded.snapshots).allMatch(s -> s.notes().contains(Note.CHECKSUM_ABSENT));
  }

  @Test
  void a_meter_that_has_shown_a_checksum_is_never_believed_without() {
    byte[] without = Samples.own("bad/checksum-lost.capture");
    List<byte[]> captures = new ArrayList<>();
    captures.add(Samples.own("bad/checksum-lower-case.capture"));
    captures.addAll(Collections.nCopies(7, without));
    Decoded decoded = Decoded.sequence(MeterSettings.DEFAULT, captures);
    assertThat(decoded.snapshots).hasSize(1);
    assertThat(decoded.reasons()).containsOnly("checksum-missing").hasSize(7);
  }

  @Test
  void an_endless_telegram_is_given_up_and_the_next_one_is_read() {
    Decoded decoded = decode("too-long");
    assertThat(powers(decoded)).containsExactly(POWER_OF_FIRST);
    assertThat(decoded.reasons()).containsExactly("too-long");
  }

  @Test
  void a_control_character_in_the_identification_costs_only_that_telegram() {
    Decoded decoded = decode("ident-with-control-character");
    assertThat(powers(decoded)).containsExactly(POWER_OF_SECOND);
    assertThat(decoded.reasons()).containsExactly("malformed-ident");
  }

  @Test
  void a_telegram_of_unknown_objects_only_is_no_reading() {
    assertThat(decode("nothing-known").reasons()).containsExactly("nothing-known");
  }

  @Test
  void half_a_power_is_no_power() {
    Decoded decoded = decode("power-unusable");
    MeterSnapshot snapshot = decoded.snapshots.get(0);
    assertThat(snapshot.netMilliWatt()).isEmpty();
    assertThat(snapshot.fitForControl()).isFalse();
    assertThat(snapshot.energyImport().totalMicroWattHour()).hasValue(1_000_000_000);
    assertThat(decoded.dropped)
        .extracting(r -> r.reason().code())
        .containsExactly("malformed-value");
  }

  @Test
  void a_power_without_unit_is_no_power_even_when_it_is_zero() {
    assertThat(decode("power-without-unit").snapshots.get(0).netMilliWatt()).isEmpty();
  }

  @Test
  void an_implausible_current_is_dropped_and_keeps_the_reading_from_steering_anything() {
    Decoded decoded = decode("current-implausible");
    MeterSnapshot snapshot = decoded.snapshots.get(0);
    assertThat(snapshot.phase(1).milliAmpere()).isEmpty();
    assertThat(snapshot.netMilliWatt()).hasValue(193_000);
    assertThat(snapshot.fitForControl()).isFalse();
    assertThat(decoded.dropped)
        .extracting(r -> r.reason().code())
        .containsExactly("implausible-value");
  }

  @Test
  void noise_gives_nothing() {
    assertThat(decode("noise").snapshots).isEmpty();
    assertThat(decode("hdlc").snapshots).isEmpty();
    assertThat(decode("inverted").snapshots).isEmpty();
    assertThat(decode("empty").snapshots).isEmpty();
    assertThat(decode("text-only").snapshots).isEmpty();
  }
}
