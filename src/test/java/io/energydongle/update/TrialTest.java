// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.update.Trial.Verdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrialTest {

  private static final Set<Part> BEFORE = EnumSet.of(Part.METER, Part.BROKER);
  private static final Set<Part> ALL = EnumSet.allOf(Part.class);

  private final Trial trial = new Trial(BEFORE, Duration.ofSeconds(600), Duration.ofSeconds(60), 0);

  private static long seconds(int count) {
    return Duration.ofSeconds(count).toNanos();
  }

  @Test
  void a_release_that_brings_everything_up_and_keeps_it_up_has_proved_itself() {
    assertThat(trial.look(EnumSet.of(Part.MODBUS), seconds(5))).isEqualTo(Verdict.OPEN);
    assertThat(trial.look(ALL, seconds(20))).isEqualTo(Verdict.OPEN);
    assertThat(trial.look(ALL, seconds(79))).isEqualTo(Verdict.OPEN);
    assertThat(trial.look(ALL, seconds(80))).isEqualTo(Verdict.PROVED);
  }

  @Test
  void what_does_not_last_begins_anew() {
    trial.look(ALL, seconds(20));
    trial.look(EnumSet.complementOf(EnumSet.of(Part.METER)), seconds(70));
    assertThat(trial.look(ALL, seconds(81))).isEqualTo(Verdict.OPEN);
    assertThat(trial.look(ALL, seconds(140))).isEqualTo(Verdict.OPEN);
    assertThat(trial.look(ALL, seconds(141))).isEqualTo(Verdict.PROVED);
  }

  @Test
  void what_is_not_up_in_time_has_failed_and_says_what_was_missing() {
    Set<Part> most = EnumSet.of(Part.SETTINGS, Part.PAGE, Part.METER);
    assertThat(trial.look(most, seconds(600))).isEqualTo(Verdict.OPEN);
    assertThat(trial.look(most, seconds(601))).isEqualTo(Verdict.FAILED);
    assertThat(trial.reason())
        .isEqualTo("After 600 s: Modbus TCP does not answer, the MQTT broker is not connected.");
  }

  @Test
  void a_meter_and_a_broker_that_were_away_before_are_not_waited_for() {
    Trial bare =
        new Trial(EnumSet.noneOf(Part.class), Duration.ofSeconds(600), Duration.ofSeconds(60), 0);
    Set<Part> least = EnumSet.of(Part.SETTINGS, Part.PAGE, Part.MODBUS);
    bare.look(least, 0);
    assertThat(bare.look(least, seconds(60))).isEqualTo(Verdict.PROVED);
  }
}
