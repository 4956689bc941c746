// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.soak.Ledger.Fate;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A checker that never complains would make every soak pass. */
class CheckerTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Duration LIMIT = Duration.ofSeconds(11);

  private final Ledger ledger = new Ledger();
  private final Checker checker = new Checker(SoakMeter.P1, ledger);

  /** Telegram n ends at second n; from 90 on they are damaged. */
  @BeforeEach
  void send() {
    for (int number = 0; number < 100; number++) {
      Fate fate = number < 90 ? Fate.WHOLE : Fate.BROKEN;
      ledger.begins(number, number * SECOND - 1, fate);
      ledger.ended(number * SECOND, fate);
    }
  }

  private static Said registers(long number) {
    Said whole = Said.expected(SoakMeter.P1, number);
    return new Said(
        whole.volt(), whole.ampere(), whole.watt(), whole.totalWatt(), OptionalLong.empty());
  }

  private String fault(Said said, double askedSecond) {
    long asked = (long) (askedSecond * SECOND);
    return checker.fresh(said, asked, asked + 1, LIMIT).fault().orElse("");
  }

  @Test
  void values_of_one_telegram_that_is_young_enough_are_right() {
    assertThat(fault(registers(80), 81)).isEmpty();
    assertThat(fault(Said.expected(SoakMeter.P1, 80), 90.9)).isEmpty();
  }

  @Test
  void each_single_value_of_another_telegram_is_noticed() {
    Said one = registers(80);
    Said next = registers(81);
    for (int phase = 0; phase < 3; phase++) {
      for (int kind = 0; kind < 3; kind++) {
        List<Double> volt = kind == 0 ? mixed(one.volt(), next.volt(), phase) : one.volt();
        List<Double> ampere = kind == 1 ? mixed(one.ampere(), next.ampere(), phase) : one.ampere();
        List<Double> watt = kind == 2 ? mixed(one.watt(), next.watt(), phase) : one.watt();
        Said torn = new Said(volt, ampere, watt, one.totalWatt(), OptionalLong.empty());
        assertThat(fault(torn, 81.5)).contains("expected all of telegram");
      }
    }
    Said total =
        new Said(one.volt(), one.ampere(), one.watt(), next.totalWatt(), OptionalLong.empty());
    assertThat(fault(total, 81.5)).contains("expected all of telegram 80");
    Said counter =
        new Said(
            one.volt(),
            one.ampere(),
            one.watt(),
            one.totalWatt(),
            Said.expected(SoakMeter.P1, 81).wattHour());
    assertThat(fault(counter, 81.5)).contains("expected all of telegram 81");
  }

  private static List<Double> mixed(List<Double> some, List<Double> others, int place) {
    List<Double> mixed = new java.util.ArrayList<>(some);
    mixed.set(place, others.get(place));
    return mixed;
  }

  @Test
  void a_telegram_that_is_too_old_is_noticed() {
    assertThat(fault(registers(80), 91.1)).contains("at most 11.0 s", "11.1 s before");
  }

  @Test
  void values_that_were_never_sent_are_noticed() {
    assertThat(fault(registers(500), 99)).contains("a telegram that was sent (newest is 99)");
    Said zero =
        new Said(
            List.of(0.0, 0.0, 0.0),
            List.of(0.0, 0.0, 0.0),
            List.of(0.0, 0.0, 0.0),
            0,
            OptionalLong.empty());
    assertThat(fault(zero, 99)).contains("came [0.0, 0.0, 0.0] V");
  }

  @Test
  void a_damaged_telegram_that_is_served_is_noticed() {
    assertThat(fault(registers(95), 96)).contains("nothing of damaged telegram 95");
  }

  @Test
  void a_telegram_that_is_served_before_it_was_sent_is_noticed() {
    assertThat(fault(registers(80), 79)).contains("before it was sent");
  }

  @Test
  void a_refusal_is_right_only_without_a_young_telegram() {
    Duration limit = Duration.ofSeconds(10);
    Duration delivery = Duration.ofSeconds(2);
    assertThat(checker.refusal(95 * SECOND, 95 * SECOND, limit, delivery)).isPresent();
    assertThat(checker.refusal(99 * SECOND, 99 * SECOND, limit, delivery))
        .get()
        .asString()
        .contains("89");
    assertThat(checker.refusal(100 * SECOND, 100 * SECOND, limit, delivery)).isEmpty();
  }

  @Test
  void an_age_that_is_not_true_is_noticed() {
    Duration slack = Duration.ofSeconds(1);
    long now = 84 * SECOND;
    assertThat(checker.dated(registers(80), 4.0, false, now, now, slack).fault()).isEmpty();
    assertThat(checker.dated(registers(80), 1.0, false, now, now, slack).fault()).isPresent();
    assertThat(checker.dated(registers(80), 4.5, false, now, now, slack).fault()).isPresent();
    assertThat(checker.dated(registers(80), 4.0, true, now, now, slack).fault()).isPresent();
    assertThat(checker.dated(registers(77), 7.0, false, now, now, slack).fault()).isPresent();
  }
}
