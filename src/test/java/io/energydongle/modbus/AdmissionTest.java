// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.modbus.Admission.Seated;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The three cases of {@code modbus.md} section 4, row "when full". */
class AdmissionTest {

  private static InetAddress address(String dotted) {
    try {
      return InetAddress.getByName(dotted);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Seated<String> client(
      String name, String from, boolean everAsked, double silentSeconds, double periodSeconds) {
    return new Seated<>(
        name, address(from), everAsked, (long) (silentSeconds * 1e9), (long) (periodSeconds * 1e9));
  }

  private static Optional<String> leaves(String newcomer, List<Seated<String>> seated) {
    return Admission.makesRoom(seated, address(newcomer));
  }

  @Test
  void a_rebooted_charger_replaces_its_old_connection() {
    assertThat(leaves("10.0.0.1", List.of(client("old", "10.0.0.1", true, 0.1, 1))))
        .hasValue("old");
  }

  @Test
  void of_several_connections_of_one_address_the_longest_silent_leaves() {
    assertThat(
            leaves(
                "10.0.0.1",
                List.of(
                    client("busy", "10.0.0.1", true, 0.1, 1),
                    client("quiet", "10.0.0.1", true, 2, 1),
                    client("other", "10.0.0.2", false, 99, 0))))
        .hasValue("quiet");
  }

  @Test
  void a_client_that_never_asked_leaves() {
    assertThat(
            leaves(
                "10.0.0.9",
                List.of(
                    client("charger", "10.0.0.1", true, 100, 1),
                    client("scanner", "10.0.0.2", false, 1, 0))))
        .hasValue("scanner");
  }

  @Test
  void a_live_charger_stays() {
    assertThat(leaves("10.0.0.9", List.of(client("charger", "10.0.0.1", true, 4.9, 1)))).isEmpty();
  }

  @Test
  void a_charger_silent_for_more_than_five_seconds_leaves() {
    assertThat(leaves("10.0.0.9", List.of(client("charger", "10.0.0.1", true, 5.1, 1))))
        .hasValue("charger");
  }

  @Test
  void a_slow_poller_may_be_silent_for_three_periods() {
    assertThat(leaves("10.0.0.9", List.of(client("evcc", "10.0.0.1", true, 89, 30)))).isEmpty();
    assertThat(leaves("10.0.0.9", List.of(client("evcc", "10.0.0.1", true, 91, 30))))
        .hasValue("evcc");
  }
}
