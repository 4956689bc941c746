// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.modbus.PeerStatus.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdviceTest {

  private static final RegisterTemplate EMPRO = TemplateFile.builtIn("empro").orElseThrow();
  private static final RegisterTemplate GENUINE =
      TemplateFile.builtIn("empro-genuine").orElseThrow();

  private static final List<RegisterTemplate> ALL =
      TemplateFile.BUILT_IN.stream().map(id -> TemplateFile.builtIn(id).orElseThrow()).toList();

  private static PeerStatus peer(Request last, Map<Integer, Long> exceptions) {
    return new PeerStatus(
        "10.0.0.9", 1, 1, 0, 5, exceptions, 0, Optional.of(last), List.of(last), 0, 1_000);
  }

  @Test
  void a_client_that_reads_what_the_map_has_needs_no_advice() {
    assertThat(Advice.about(peer(new Request(3, 0x8006, 6, 1), Map.of()), EMPRO, ALL)).isEmpty();
  }

  @Test
  void openems_is_told_of_the_other_word_order_and_only_where_it_does_not_fit() {
    PeerStatus first = peer(new Request(3, 0x8006, 57, 1), Map.of());
    PeerStatus second = peer(new Request(3, 0x8100, 8, 1), Map.of());
    assertThat(Advice.about(first, EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("low word first");
    assertThat(Advice.about(second, EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("low word first");
    assertThat(Advice.about(first, GENUINE, ALL)).isEmpty();
  }

  private static PeerStatus asking(int function, int... firsts) {
    List<Request> asked =
        Arrays.stream(firsts).mapToObj(first -> new Request(function, first, 2, 1)).toList();
    Request last = asked.get(asked.size() - 1);
    return new PeerStatus(
        "10.0.0.9", 1, 1, 0, 5, Map.of(2, 5L), 0, Optional.of(last), asked, 0, 1_000);
  }

  @Test
  void a_client_of_a_meter_that_nobody_knows_is_told_which_registers_it_asks() {
    assertThat(Advice.about(asking(4, 0x3000), EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("0x3000 to 0x3001", "map of the meter that the charger is set to");
  }

  /** One request for each value, as evcc asks: {@code masters.md}. */
  @Test
  void a_client_of_another_meter_is_told_which_map_it_wants() {
    assertThat(Advice.about(asking(4, 0x0034, 0x0006, 0x0008, 0x000A, 0x0048), EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("another meter: Eastron SDM630", "(sdm630)", "for unit identifier 1");
    assertThat(Advice.about(asking(3, 19000, 19012, 19026), EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("(umg96rm)");
    assertThat(Advice.about(asking(3, 40000, 40069), EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("(fronius-213)");
  }

  /** It reads one identification register after the other: {@code masters.md}. */
  @Test
  void victron_is_told_of_the_meter_that_it_knows() {
    assertThat(Advice.about(asking(3, 0x000B, 0x8960, 0x1000), EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("Victron GX", "em24-ethernet");
  }

  /** It takes an ABB B23 as well, after it has looked for the others: {@code masters.md}. */
  @Test
  void victron_is_left_alone_with_either_meter_that_it_knows() {
    RegisterTemplate em24 = TemplateFile.builtIn("em24-ethernet").orElseThrow();
    RegisterTemplate abb = TemplateFile.builtIn("abb-b23-b24").orElseThrow();
    assertThat(Advice.about(asking(3, 0x000B, 0x1000, 0x8960, 0x0028), em24, ALL)).isEmpty();
    assertThat(Advice.about(asking(3, 0x000B, 0x1000, 0x8960, 0x5B14), abb, ALL)).isEmpty();
  }

  /** Two programs on one computer, each with a unit identifier of its own. */
  @Test
  void what_is_asked_of_another_unit_says_nothing_of_this_one() {
    Request first = new Request(3, 0x8006, 6, 1);
    List<Request> asked =
        List.of(first, new Request(3, 0x000B, 1, 2), new Request(3, 0x1000, 1, 2));
    PeerStatus peer =
        new PeerStatus("10.0.0.9", 1, 1, 0, 5, Map.of(), 0, Optional.of(first), asked, 0, 1_000);
    assertThat(Advice.about(peer, EMPRO, ALL)).isEmpty();
  }

  @Test
  void a_client_that_counts_from_one_is_told_so() {
    assertThat(Advice.about(peer(new Request(3, 0x8007, 6, 1), Map.of()), EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("0x8007", "start address one lower");
  }

  @Test
  void refused_silent_and_foreign_clients_get_their_sentence() {
    PeerStatus refused =
        new PeerStatus("10.0.0.9", 0, 0, 3, 0, Map.of(), 0, Optional.empty(), List.of(), 0, 0);
    assertThat(Advice.about(refused, EMPRO, ALL)).singleElement().asString().contains("refused");
    PeerStatus silent =
        new PeerStatus("10.0.0.9", 1, 1, 0, 0, Map.of(), 0, Optional.empty(), List.of(), 0, 0);
    assertThat(Advice.about(silent, EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("asked for nothing");
    PeerStatus foreign =
        new PeerStatus("10.0.0.9", 0, 1, 0, 0, Map.of(), 2, Optional.empty(), List.of(), 0, 0);
    assertThat(Advice.about(foreign, EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("RTU over TCP");
    PeerStatus writer = peer(new Request(16, 0, 0, 1), Map.of(1, 2L));
    assertThat(Advice.about(writer, EMPRO, ALL))
        .singleElement()
        .asString()
        .contains("function code");
  }
}
