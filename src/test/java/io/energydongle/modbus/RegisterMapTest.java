// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ghgande.j2mod.modbus.procimg.IllegalAddressException;
import com.ghgande.j2mod.modbus.procimg.Register;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.ReactivePower;
import io.energydongle.snapshot.Wiring;
import io.energydongle.testkit.Snapshots;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegisterMapTest {

  private static RegisterMap map(String template) {
    return new RegisterMap(
        TemplateFile.builtIn(template).orElseThrow(), new Installation("EDTEST23", 25));
  }

  private static String hex(RegisterMap map, MeterSnapshot snapshot, int address) {
    Register[] registers = map.encode(snapshot).range(address, 2);
    return String.format("%04X %04X", registers[0].getValue(), registers[1].getValue());
  }

  private static float empro(MeterSnapshot snapshot, int address) {
    Register[] registers = map("empro").encode(snapshot).range(address, 2);
    return Float.intBitsToFloat(registers[0].getValue() << 16 | registers[1].getValue());
  }

  /** Vectors of {@code modbus.md} section 6. */
  @ParameterizedTest
  @CsvSource({
    "empro, 230000, 4366 0000",
    "empro, 123456, 42F6 E979",
    "empro-genuine, 230000, 0000 4366",
    "empro-genuine, 123456, E979 42F6",
  })
  void voltages_are_encoded_as_the_published_vectors(
      String template, int milliVolt, String expected) {
    MeterSnapshot snapshot =
        Snapshots.empty(0)
            .powerMilliWatt(OptionalLong.of(0), OptionalLong.of(0))
            .phases(List.of(Snapshots.phase(milliVolt, 0, 0)))
            .build();
    assertThat(hex(map(template), snapshot, 0x8006)).isEqualTo(expected);
  }

  @Test
  void power_is_negative_while_exporting() {
    MeterSnapshot exporting = Snapshots.threePhase(0, -1234).build();
    assertThat(hex(map("empro"), exporting, 0x8016)).isEqualTo("C49A 4000");
    assertThat(hex(map("empro-genuine"), exporting, 0x8016)).isEqualTo("4000 C49A");
  }

  /** Addresses of product row M2.3. */
  @Test
  void every_value_stands_where_the_manual_says() {
    MeterSnapshot snapshot =
        Snapshots.threePhase(0, 1_000)
            .energy(Snapshots.energy(4_000, 567), Snapshots.energy(89, 1))
            .reactive(
                new ReactivePower(
                    OptionalLong.of(-241_000), OptionalLong.empty(), OptionalLong.empty()))
            .build();
    assertThat(empro(snapshot, 0x8006)).isEqualTo(230.0f);
    assertThat(empro(snapshot, 0x8008)).isEqualTo(231.0f);
    assertThat(empro(snapshot, 0x800A)).isEqualTo(232.0f);
    assertThat(empro(snapshot, 0x800E)).isEqualTo(1.0f);
    assertThat(empro(snapshot, 0x8010)).isEqualTo(2.0f);
    assertThat(empro(snapshot, 0x8012)).isEqualTo(3.0f);
    assertThat(empro(snapshot, 0x8016)).isEqualTo(1000.0f);
    assertThat(empro(snapshot, 0x8018)).isEqualTo(-241.0f);
    assertThat(empro(snapshot, 0x801E)).isEqualTo(230.0f);
    assertThat(empro(snapshot, 0x8020)).isEqualTo(462.0f);
    assertThat(empro(snapshot, 0x8022)).isEqualTo(308.0f);
    assertThat(empro(snapshot, 0x8100)).isEqualTo(4567.0f);
    assertThat(empro(snapshot, 0x8106)).isEqualTo(90.0f);
  }

  @Test
  void everything_else_in_the_window_reads_zero() {
    MeterSnapshot snapshot = Snapshots.threePhase(0, 1_000).build();
    RegisterImage image = map("empro").encode(snapshot);
    int notZero = 0;
    for (int address = 0x8000; address <= 0x81FF; address++) {
      notZero += image.range(address, 1)[0].getValue() == 0 ? 0 : 1;
    }
    // Nine phase values and the total; each has a low word of 0 but 308.0 and 462.0, which have
    // none either: 10 high words.
    assertThat(notZero).isEqualTo(10);
  }

  @Test
  void what_the_meter_does_not_send_reads_zero() {
    MeterSnapshot dsmr42 =
        Snapshots.empty(0)
            .powerMilliWatt(OptionalLong.of(500_000), OptionalLong.of(0))
            .wiring(Optional.of(Wiring.ONE_PHASE))
            .phases(
                List.of(
                    new Phase(
                        OptionalInt.empty(), OptionalInt.of(2_000), OptionalLong.of(500_000))))
            .build();
    assertThat(empro(dsmr42, 0x8006)).isZero();
    assertThat(empro(dsmr42, 0x800E)).isEqualTo(2.0f);
    assertThat(empro(dsmr42, 0x8020)).isZero();
    assertThat(empro(dsmr42, 0x8100)).isZero();
  }

  @Test
  void on_one_phase_the_total_is_the_power_of_l1_when_only_the_total_is_sent() {
    MeterSnapshot.Builder onlyTotal =
        Snapshots.empty(0).powerMilliWatt(OptionalLong.of(0), OptionalLong.of(198_000));
    assertThat(empro(onlyTotal.wiring(Optional.of(Wiring.ONE_PHASE)).build(), 0x801E))
        .isEqualTo(-198.0f);
    assertThat(empro(onlyTotal.wiring(Optional.of(Wiring.THREE_PHASE_NEUTRAL)).build(), 0x801E))
        .isZero();
    assertThat(empro(onlyTotal.wiring(Optional.empty()).build(), 0x801E)).isZero();
  }

  @Test
  void both_templates_differ_in_nothing_but_the_word_order() {
    RegisterTemplate high = TemplateFile.builtIn("empro").orElseThrow();
    RegisterTemplate low = TemplateFile.builtIn("empro-genuine").orElseThrow();
    assertThat(high.points()).isEqualTo(low.points());
    assertThat(high.windows()).isEqualTo(low.windows());
    assertThat(high.wordOrder()).isEqualTo(WordOrder.HIGH_FIRST);
    assertThat(low.wordOrder()).isEqualTo(WordOrder.LOW_FIRST);
  }

  @Test
  void ranges_outside_the_window_do_not_exist() {
    RegisterMap map = map("empro");
    assertThat(map.covers(0x8000, 125)).isTrue();
    assertThat(map.covers(0x81FF, 1)).isTrue();
    assertThat(map.covers(0x7FFF, 1)).isFalse();
    assertThat(map.covers(0x7FFF, 2)).isFalse();
    assertThat(map.covers(0x81FF, 2)).isFalse();
    assertThatThrownBy(() -> map.zeros(0).range(0x81FF, 2))
        .isInstanceOf(IllegalAddressException.class);
  }

  @Test
  void registers_cannot_be_written() {
    Register register = map("empro").zeros(0).range(0x8000, 1)[0];
    assertThatThrownBy(() -> register.setValue(5))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> register.setValue((short) 5))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> register.setValue(new byte[2]))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void a_reading_that_must_not_steer_anything_is_marked_as_such() {
    assertThat(Snapshots.threePhase(0, 1).note(Note.CURRENT_UNUSABLE).build().fitForControl())
        .isFalse();
    assertThat(
            Snapshots.threePhase(0, 1)
                .energy(EnergyRegisters.NONE, EnergyRegisters.NONE)
                .build()
                .fitForControl())
        .isTrue();
  }
}
