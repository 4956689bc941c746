// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.ModbusSettings.StalePolicy;
import io.energydongle.modbus.ServedMaps.Choice;
import io.energydongle.modbus.ServedMaps.Served;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Reception;
import io.energydongle.testkit.Snapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LiveRegistersTest {

  private final AtomicLong now = new AtomicLong();

  private ServedMaps registers(StalePolicy policy, int staleAfterSeconds) {
    return new ServedMaps(choice("empro", policy, staleAfterSeconds));
  }

  private static Choice choice(String template, StalePolicy policy, int staleAfterSeconds) {
    return new Choice(
        new Served(TemplateFile.builtIn(template).orElseThrow(), new StaleRule(policy, 0)),
        Map.of(),
        staleAfterSeconds == 0
            ? Optional.empty()
            : Optional.of(Duration.ofSeconds(staleAfterSeconds)),
        new Installation("", 0));
  }

  /** The high word of the total power, which is not 0 in the telegrams of this test. */
  private Optional<Integer> power(ServedMaps registers) {
    return Optional.ofNullable(registers.of(1).current(now.get()))
        .map(image -> image.range(0x8016, 1)[0].getValue());
  }

  private static MeterSnapshot telegram() {
    return Snapshots.threePhase(0, 1_000).build();
  }

  @Test
  void nothing_is_served_before_the_first_telegram_whatever_the_policy() {
    for (StalePolicy policy : StalePolicy.values()) {
      assertThat(power(registers(policy, 0))).as(policy.code()).isEmpty();
    }
  }

  @Test
  void another_template_and_policy_are_in_force_without_a_new_telegram() {
    ServedMaps registers = registers(StalePolicy.EXCEPTION, 0);
    registers.accept(telegram());
    registers.use(choice("empro-genuine", StalePolicy.HOLD, 0));
    assertThat(power(registers)).as("least significant word first").hasValue(0);
    now.set(Duration.ofHours(1).toNanos());
    assertThat(power(registers)).as("held").hasValue(0);
    registers.use(choice("empro", StalePolicy.EXCEPTION, 0));
    assertThat(power(registers)).as("old data do not come to life again").isEmpty();
  }

  @Test
  void a_live_telegram_is_served() {
    ServedMaps registers = registers(StalePolicy.EXCEPTION, 0);
    registers.accept(telegram());
    now.set(Duration.ofSeconds(10).toNanos());
    assertThat(power(registers)).hasValue(0x447A);
  }

  @Test
  void a_silent_meter_is_an_exception_and_the_next_telegram_ends_it() {
    ServedMaps registers = registers(StalePolicy.EXCEPTION, 0);
    registers.accept(telegram());
    now.set(Duration.ofSeconds(10).toNanos() + 1);
    assertThat(power(registers)).isEmpty();
    registers.accept(Snapshots.threePhase(now.get(), 1_000).build());
    assertThat(power(registers)).hasValue(0x447A);
  }

  @Test
  void a_ten_second_meter_has_a_minute() {
    ServedMaps registers = registers(StalePolicy.EXCEPTION, 0);
    registers.accept(
        Snapshots.threePhase(0, 1_000)
            .reception(new Reception(Instant.EPOCH, 0, Duration.ofSeconds(10)))
            .build());
    now.set(Duration.ofSeconds(60).toNanos());
    assertThat(power(registers)).isPresent();
    now.addAndGet(1);
    assertThat(power(registers)).isEmpty();
  }

  @Test
  void the_user_may_set_the_limit() {
    ServedMaps registers = registers(StalePolicy.EXCEPTION, 5);
    registers.accept(telegram());
    now.set(Duration.ofSeconds(5).toNanos() + 1);
    assertThat(power(registers)).isEmpty();
  }

  @Test
  void hold_serves_the_last_telegram_for_ever() {
    ServedMaps registers = registers(StalePolicy.HOLD, 0);
    registers.accept(telegram());
    now.set(Duration.ofDays(365).toNanos());
    assertThat(power(registers)).hasValue(0x447A);
  }

  @Test
  void zero_serves_zeros() {
    ServedMaps registers = registers(StalePolicy.ZERO, 0);
    registers.accept(telegram());
    now.set(Duration.ofSeconds(11).toNanos());
    assertThat(power(registers)).hasValue(0);
  }

  @Test
  void a_telegram_that_must_not_steer_anything_leaves_the_earlier_one_to_grow_old() {
    ServedMaps registers = registers(StalePolicy.EXCEPTION, 0);
    registers.accept(telegram());
    long later = Duration.ofSeconds(9).toNanos();
    registers.accept(Snapshots.empty(later).build());
    registers.accept(Snapshots.threePhase(later, 7).note(Note.POWER_UNUSABLE).build());
    now.set(later);
    assertThat(power(registers)).hasValue(0x447A);
    now.set(Duration.ofSeconds(11).toNanos());
    assertThat(power(registers)).isEmpty();
  }
}
