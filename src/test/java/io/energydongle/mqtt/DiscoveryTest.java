// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterIdentity.Protocol;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.RawTelegram;
import io.energydongle.snapshot.Reception;
import io.energydongle.testkit.Snapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What Home Assistant is told. Expected values: {@code platform.md} 1.4. */
class DiscoveryTest {

  private static final Topics TOPICS = Topics.of("home", "ED1");

  private static Discovery discovery(int intervalSeconds) {
    return new Discovery(
        TOPICS, "ED1", "0.1.0", "homeassistant", Duration.ofSeconds(intervalSeconds));
  }

  private static MeterSnapshot withGas() {
    MbusChannel gas =
        new MbusChannel(
            1,
            OptionalInt.of(3),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.of(1_234_567_000),
            Optional.of("m3"),
            OptionalInt.empty());
    return Snapshots.threePhase(0, 100)
        .energy(Snapshots.energy(1, 2), Snapshots.energy(3, 4))
        .tariff(OptionalInt.of(2))
        .mbus(List.of(gas))
        .chosen(Map.of(Medium.GAS, gas))
        .build();
  }

  private static JsonNode message(Discovery discovery) {
    return discovery.message().orElseThrow();
  }

  @Test
  void every_value_that_the_meter_has_is_a_component_and_nothing_else() {
    Discovery discovery = discovery(0);
    assertThat(discovery.message()).isEmpty();
    assertThat(discovery.accept(withGas())).isTrue();
    JsonNode message = message(discovery);
    assertThat(DiscoverySchema.problems(message)).isEmpty();
    assertThat(discovery.topic()).isEqualTo("homeassistant/device/energy-dongle-ED1/config");
    assertThat(message.path("state_topic").asText())
        .isEqualTo("devices/home/energy-dongle/ED1/data/telegram");
    assertThat(message.path("cmps").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder(
            "power",
            "l1_voltage",
            "l1_current",
            "l1_power",
            "l2_voltage",
            "l2_current",
            "l2_power",
            "l3_voltage",
            "l3_current",
            "l3_power",
            "energy_import_total",
            "energy_import_t1",
            "energy_import_t2",
            "energy_export_total",
            "energy_export_t1",
            "energy_export_t2",
            "gas",
            "tariff",
            "meter_id",
            "firmware",
            "meter_data");
    assertThat(message.path("cmps").path("gas").path("value_template").asText())
        .isEqualTo("{{ value_json.gas.volume_m3 }}");
    assertThat(message.path("cmps").path("energy_import_t1").path("state_class").asText())
        .isEqualTo("total_increasing");
    assertThat(discovery.accept(withGas())).isFalse();
  }

  @Test
  void values_expire_after_five_periods_but_not_before_a_minute() {
    for (int[] each : new int[][] {{0, 60}, {10, 60}, {60, 300}}) {
      Discovery discovery = discovery(each[0]);
      discovery.accept(withGas());
      assertThat(message(discovery).path("cmps").path("power").path("expire_after").asInt())
          .isEqualTo(each[1]);
    }
  }

  @Test
  void a_value_that_is_missing_once_stays_and_what_another_meter_lacks_is_removed() {
    Discovery discovery = discovery(0);
    discovery.accept(withGas());
    assertThat(discovery.accept(Snapshots.threePhase(0, 1).build())).isFalse();
    MeterSnapshot other =
        new MeterSnapshot.Builder(
                new Reception(Instant.EPOCH, 0, Duration.ofSeconds(1)),
                new MeterIdentity(
                    Protocol.P1, Optional.empty(), "X", Optional.empty(), Optional.empty()),
                new RawTelegram(new byte[0], 0))
            .powerMilliWatt(OptionalLong.of(1), OptionalLong.empty())
            .build();
    assertThat(discovery.accept(other)).isTrue();
    JsonNode message = message(discovery);
    assertThat(DiscoverySchema.problems(message)).isEmpty();
    assertThat(message.path("cmps").path("gas").toString()).isEqualTo("{\"p\":\"sensor\"}");
    assertThat(message.path("cmps").path("power").size()).isGreaterThan(1);
    discovery.published();
    assertThat(message(discovery).path("cmps").has("gas")).isFalse();
  }
}
