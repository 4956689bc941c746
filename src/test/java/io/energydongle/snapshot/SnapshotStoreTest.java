// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.energydongle.testkit.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SnapshotStoreTest {

  private final SnapshotStore store = new SnapshotStore();

  @Test
  void is_empty_before_the_first_telegram() {
    assertThat(store.newest()).isEmpty();
  }

  @Test
  void listeners_get_each_reading_in_the_order_they_were_added() {
    List<String> seen = new ArrayList<>();
    store.addListener(s -> seen.add("a" + s.sequence()));
    store.addListener(s -> seen.add("b" + s.sequence()));
    store.publish(Snapshots.empty(0).sequence(1).build());
    store.publish(Snapshots.empty(0).sequence(2).build());
    assertThat(seen).containsExactly("a1", "b1", "a2", "b2");
    assertThat(store.newest().orElseThrow().sequence()).isEqualTo(2);
  }

  @Test
  void a_listener_that_comes_late_hears_the_newest_reading_once() {
    List<Long> seen = new ArrayList<>();
    store.publish(Snapshots.empty(0).sequence(1).build());
    store.publish(Snapshots.empty(0).sequence(2).build());
    store.addListener(s -> seen.add(s.sequence()));
    store.publish(Snapshots.empty(0).sequence(3).build());
    assertThat(seen).containsExactly(2L, 3L);
  }

  @Test
  void a_listener_finds_the_reading_in_the_store() {
    store.addListener(s -> assertThat(store.newest().orElseThrow()).isSameAs(s));
    store.publish(Snapshots.empty(0).build());
    assertThat(store.newest()).isPresent();
  }

  @Test
  void net_power_is_the_difference_even_when_both_directions_are_not_zero() {
    MeterSnapshot both =
        Snapshots.empty(0)
            .powerMilliWatt(OptionalLong.of(913_000), OptionalLong.of(388_000))
            .build();
    assertThat(both.netMilliWatt()).hasValue(525_000);
  }

  @Test
  void a_missing_direction_counts_as_zero_and_two_missing_ones_as_nothing() {
    MeterSnapshot importOnly =
        Snapshots.empty(0).powerMilliWatt(OptionalLong.of(5), OptionalLong.empty()).build();
    assertThat(importOnly.netMilliWatt()).hasValue(5);
    assertThat(importOnly.fitForControl()).isTrue();
    MeterSnapshot heatMeter = Snapshots.empty(0).build();
    assertThat(heatMeter.netMilliWatt()).isEmpty();
    assertThat(heatMeter.fitForControl()).isFalse();
  }

  @Test
  void two_phases_are_refused() {
    MeterSnapshot.Builder two = Snapshots.empty(0).phases(List.of(Phase.SILENT, Phase.SILENT));
    assertThatThrownBy(two::build).isInstanceOf(IllegalArgumentException.class);
  }
}
