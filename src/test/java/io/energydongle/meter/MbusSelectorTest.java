// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.MeterSettings.MbusChannels;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The rules of {@code p1.md} section 5. */
class MbusSelectorTest {

  private static final int GAS = 3;
  private static final String NOON = "2026-01-15T12:00:00Z";

  private final MbusSelector selector = new MbusSelector(MbusChannels.DEFAULT);

  private static MbusChannel device(int channel, int type, String id, String time, long value) {
    return new MbusChannel(
        channel,
        OptionalInt.of(type),
        id.isEmpty() ? Optional.empty() : Optional.of(id),
        Optional.empty(),
        Optional.of(
            new MeterTime(
                "raw", time.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(time)))),
        value < 0 ? OptionalLong.empty() : OptionalLong.of(value),
        value < 0 ? Optional.empty() : Optional.of("m3"),
        OptionalInt.empty());
  }

  private int gasChannel(MbusChannel... devices) {
    return gas(selector, List.of(devices)).channel();
  }

  private static MbusChannel gas(MbusSelector selector, List<MbusChannel> devices) {
    return Optional.ofNullable(selector.choose(devices, Optional.empty()).get(Medium.GAS))
        .orElseThrow();
  }

  @Test
  void a_device_without_reading_is_never_chosen() {
    assertThat(selector.choose(List.of(device(1, GAS, "a", NOON, -1)), Optional.empty())).isEmpty();
  }

  @Test
  void a_single_device_is_chosen_whatever_it_lacks() {
    assertThat(gasChannel(device(1, GAS, "", "", 5))).isEqualTo(1);
  }

  @Test
  void a_device_with_identifier_wins() {
    assertThat(gasChannel(device(1, GAS, "a", NOON, 5), device(2, GAS, "", NOON, 9))).isEqualTo(1);
  }

  @Test
  void a_device_with_a_possible_time_wins() {
    assertThat(gasChannel(device(1, GAS, "a", NOON, 5), device(2, GAS, "b", "", 9))).isEqualTo(1);
  }

  @Test
  void a_device_more_than_a_day_behind_loses() {
    assertThat(
            gasChannel(
                device(1, GAS, "a", "2026-01-14T11:59:59Z", 5), device(2, GAS, "b", NOON, 0)))
        .isEqualTo(2);
  }

  @Test
  void within_a_day_a_device_that_is_not_zero_wins() {
    assertThat(
            gasChannel(
                device(1, GAS, "a", "2026-01-15T11:00:00Z", 5), device(2, GAS, "b", NOON, 0)))
        .isEqualTo(1);
  }

  @Test
  void a_device_that_has_ever_changed_wins() {
    gasChannel(device(1, GAS, "a", NOON, 5), device(2, GAS, "b", NOON, 9));
    assertThat(gasChannel(device(1, GAS, "a", NOON, 6), device(2, GAS, "b", NOON, 9))).isEqualTo(1);
  }

  @Test
  void a_new_device_on_a_channel_has_not_changed_yet() {
    gasChannel(device(1, GAS, "a", NOON, 5), device(2, GAS, "b", NOON, 9));
    assertThat(gasChannel(device(1, GAS, "c", NOON, 6), device(2, GAS, "b", NOON, 9))).isEqualTo(2);
  }

  @Test
  void then_the_newest_time_wins_and_then_the_highest_channel() {
    assertThat(
            gasChannel(
                device(1, GAS, "a", NOON, 5), device(2, GAS, "b", "2026-01-15T11:00:00Z", 9)))
        .isEqualTo(1);
    assertThat(gasChannel(device(1, GAS, "a", NOON, 5), device(2, GAS, "b", NOON, 9))).isEqualTo(2);
  }

  @Test
  void every_medium_has_its_own_device() {
    assertThat(
            selector.choose(
                List.of(
                    device(1, GAS, "a", NOON, 5),
                    device(2, 7, "b", NOON, 6),
                    device(3, 4, "c", NOON, 7),
                    device(4, 2, "slave electricity", NOON, 8)),
                Optional.empty()))
        .containsOnlyKeys(Medium.GAS, Medium.WATER, Medium.HEAT);
  }

  @Test
  void the_user_has_the_last_word() {
    MbusSelector pinned = new MbusSelector(new MbusChannels(1, 0, 0));
    MbusChannel gas = gas(pinned, List.of(device(1, GAS, "", "", 0), device(2, GAS, "b", NOON, 9)));
    assertThat(gas.channel()).isEqualTo(1);
  }
}
