// SPDX-License-Identifier: Apache-2.0
package io.energydongle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.MeterSettings;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Phase;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.JsonDifference;
import io.energydongle.testkit.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our own French frames, against values worked out by {@code tic.md} and written down. */
class TicSamplesTest {

  private static final JsonNode EXPECTED = Samples.json(Samples.OWN_TIC.resolve("expected.json"));

  private static MeterSettings with(MeterSettings.Tic tic) {
    MeterSettings usual = MeterSettings.DEFAULT;
    return new MeterSettings(
        false, usual.electricity(), usual.channels(), usual.decryption(), tic, 0);
  }

  private static MeterSnapshot only(String name, MeterSettings settings) {
    byte[] frame = Samples.tic(name + ".telegram");
    Decoded decoded = Decoded.of(frame, frame.length, settings);
    assertThat(decoded.snapshots).hasSize(1);
    return decoded.snapshots.get(0);
  }

  @Test
  void every_sample_decodes_to_exactly_the_values_written_down() {
    List<String> differences = new ArrayList<>();
    EXPECTED
        .properties()
        .forEach(
            sample -> {
              Decoded decoded = Decoded.of(Samples.tic(sample.getKey() + ".telegram"));
              ObjectNode reading = (ObjectNode) decoded.reading();
              if (!sample.getValue().has("tic")) {
                reading.remove("tic");
              }
              JsonDifference.between(sample.getValue(), reading)
                  .forEach(d -> differences.add(sample.getKey() + d));
              assertThat(decoded.rejections).as(sample.getKey()).isEmpty();
              assertThat(decoded.dropped).as(sample.getKey()).isEmpty();
            });
    assertThat(differences).isEmpty();
  }

  @Test
  void every_sample_has_values_written_down() {
    List<String> samples =
        Samples.files(Samples.OWN_TIC).stream()
            .map(f -> f.getFileName().toString())
            .filter(n -> n.endsWith(".telegram"))
            .map(n -> n.replace(".telegram", ""))
            .toList();
    List<String> expected = new ArrayList<>();
    EXPECTED.fieldNames().forEachRemaining(expected::add);
    assertThat(samples).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void pieces_of_any_size_give_the_same_readings() {
    for (Path file : Samples.files(Samples.OWN_TIC)) {
      if (!file.toString().endsWith(".telegram")) {
        continue;
      }
      byte[] frame = Samples.bytes(file);
      List<JsonNode> whole = Decoded.of(frame).readings();
      for (int length = 1; length < frame.length; length++) {
        assertThat(Decoded.of(frame, length, MeterSettings.DEFAULT).readings())
            .as("%s in pieces of %d", file, length)
            .isEqualTo(whole);
      }
    }
  }

  @Test
  void the_option_for_phase_export_makes_the_phases_add_up_to_the_total() {
    MeterSnapshot snapshot =
        only("standard-three-phase-producer", with(new MeterSettings.Tic(true, true, false, 230)));
    assertThat(snapshot.phases().stream().map(Phase::netMilliWatt).map(w -> w.orElseThrow() / 1000))
        .containsExactly(-1419L, 700L, -471L);
    assertThat(snapshot.notes()).contains(Note.PHASE_POWER_DERIVED);
    MeterSnapshot one =
        only("standard-one-phase-producer", with(new MeterSettings.Tic(true, true, false, 230)));
    assertThat(one.phase(1).netMilliWatt()).hasValue(-2_200_000);
  }

  @Test
  void the_option_for_historical_export_takes_a_current_without_power_for_export() {
    MeterSnapshot snapshot =
        only("historical-one-phase-exporting", with(new MeterSettings.Tic(true, false, true, 230)));
    assertThat(snapshot.netMilliWatt()).hasValue(-1_610_000);
    assertThat(snapshot.phase(1).netMilliWatt()).hasValue(0);
    assertThat(snapshot.notes()).contains(Note.POWER_DERIVED, Note.EXPORT_SUSPECTED);
  }

  @Test
  void without_fine_currents_the_whole_amperes_stay() {
    MeterSnapshot snapshot =
        only("standard-one-phase", with(new MeterSettings.Tic(false, false, false, 230)));
    assertThat(snapshot.phase(1).milliAmpere()).hasValue(5_000);
    assertThat(snapshot.notes()).containsExactly(Note.APPARENT_POWER);
  }

  @Test
  void short_frames_give_currents_and_keep_the_energies_and_eot_leaves_nothing() {
    Decoded decoded = Decoded.of(Samples.tic("bad/short-frames-and-eot.capture"));
    assertThat(decoded.rejections).isEmpty();
    assertThat(decoded.snapshots).hasSize(3);
    for (MeterSnapshot shortFrame : decoded.snapshots.subList(1, 3)) {
      assertThat(shortFrame.netMilliWatt()).hasValue(36 * 230_000L);
      assertThat(shortFrame.phase(1).milliAmpere()).hasValue(34_000);
      assertThat(shortFrame.energyImport().totalMicroWattHour()).hasValue(62_105_110_000_000L);
      assertThat(shortFrame.tic().orElseThrow().shortFrame()).isTrue();
      assertThat(shortFrame.notes()).contains(Note.POWER_DERIVED, Note.ENERGY_CARRIED_OVER);
    }
    assertThat(decoded.snapshots.get(1).tic().orElseThrow().load().overloadAmpere().get(0))
        .hasValue(34);
  }

  @Test
  void a_meter_in_standby_and_one_of_another_kind_are_named() {
    assertThat(Decoded.of(Samples.tic("bad/standby.capture")).reasons())
        .containsExactly("standby", "standby", "standby");
    assertThat(Decoded.of(Samples.tic("bad/unsupported-jaune.capture")).reasons())
        .containsExactly("unsupported-meter", "unsupported-meter");
  }

  @Test
  void damaged_line_feeds_and_a_damaged_stx_cost_nothing() {
    assertThat(Decoded.of(Samples.tic("bad/line-feeds-read-as-0f.capture")).readings())
        .isEqualTo(Decoded.of(Samples.tic("standard-one-phase.telegram")).readings());
  }

  @Test
  void parity_is_stripped_and_checked_where_it_is_there() {
    Decoded raw = Decoded.of(Samples.tic("bad/parity-as-a-port-reads-it.capture"));
    assertThat(raw.readings())
        .isEqualTo(Decoded.of(Samples.tic("standard-one-phase.telegram")).readings());
    assertThat(raw.parityErrors).isZero();
  }

  /** {@code tic.md} section 0.2: the checksum of a group cannot see bit 6. */
  @Test
  void a_flipped_bit_six_in_a_needed_digit_is_never_a_number() {
    Decoded byParity = Decoded.of(Samples.tic("bad/bit-six-of-a-needed-digit.capture"));
    assertThat(byParity.snapshots).isEmpty();
    assertThat(byParity.parityErrors).isEqualTo(1);
    assertThat(byParity.dropped)
        .extracting(r -> r.reason().code())
        .containsExactly("damaged-character");
    assertThat(byParity.reasons()).containsExactly("group-missing");
  }
}
