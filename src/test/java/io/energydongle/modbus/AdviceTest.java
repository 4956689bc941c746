// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.modbus.PeerStatus.Request;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdviceTest {

  private static final RegisterTemplate EMPRO = TemplateFile.builtIn("empro").orElseThrow();
  private static final RegisterTemplate GENUINE =
      TemplateFile.builtIn("empro-genuine").orElseThrow();

  private static PeerStatus peer(Request last, Map<Integer, Long> exceptions) {
    return new PeerStatus("10.0.0.9", 1, 1, 0, 5, exceptions, 0, Optional.of(last), 0, 1_000);
  }

  @Test
  void a_client_that_reads_what_the_map_has_needs_no_advice() {
    assertThat(Advice.about(peer(new Request(3, 0x8006, 6, 1), Map.of()), EMPRO)).isEmpty();
  }

  @Test
  void openems_is_told_of_the_other_word_order_and_only_where_it_does_not_fit() {
    PeerStatus first = peer(new Request(3, 0x8006, 57, 1), Map.of());
    PeerStatus second = peer(new Request(3, 0x8100, 8, 1), Map.of());
    assertThat(Advice.about(first, EMPRO)).singleElement().asString().contains("low word first");
    assertThat(Advice.about(second, EMPRO)).singleElement().asString().contains("low word first");
    assertThat(Advice.about(first, GENUINE)).isEmpty();
  }

  @Test
  void a_client_of_another_meter_is_told_which_registers_it_asks() {
    PeerStatus stranger = peer(new Request(4, 0x0034, 2, 1), Map.of(2, 5L));
    assertThat(Advice.about(stranger, EMPRO))
        .singleElement()
        .asString()
        .contains("0x0034 to 0x0035", "map of the meter that the charger is set to");
  }

  @Test
  void a_client_that_counts_from_one_is_told_so() {
    assertThat(Advice.about(peer(new Request(3, 0x8007, 6, 1), Map.of()), EMPRO))
        .singleElement()
        .asString()
        .contains("0x8007", "start address one lower");
  }

  @Test
  void refused_silent_and_foreign_clients_get_their_sentence() {
    PeerStatus refused =
        new PeerStatus("10.0.0.9", 0, 0, 3, 0, Map.of(), 0, Optional.empty(), 0, 0);
    assertThat(Advice.about(refused, EMPRO)).singleElement().asString().contains("refused");
    PeerStatus silent = new PeerStatus("10.0.0.9", 1, 1, 0, 0, Map.of(), 0, Optional.empty(), 0, 0);
    assertThat(Advice.about(silent, EMPRO))
        .singleElement()
        .asString()
        .contains("asked for nothing");
    PeerStatus foreign =
        new PeerStatus("10.0.0.9", 0, 1, 0, 0, Map.of(), 2, Optional.empty(), 0, 0);
    assertThat(Advice.about(foreign, EMPRO)).singleElement().asString().contains("RTU over TCP");
    PeerStatus writer = peer(new Request(16, 0, 0, 1), Map.of(1, 2L));
    assertThat(Advice.about(writer, EMPRO)).singleElement().asString().contains("function code");
  }
}
