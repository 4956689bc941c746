// SPDX-License-Identifier: Apache-2.0
package io.energydongle.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.testkit.NumberedTelegrams;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What a follower sees of a stream of telegrams, whenever and however much it takes. */
class TelegramQueueTest {

  /** The numbers of the telegrams in a stream; every byte of it has to belong to one of them. */
  static List<Integer> whole(byte[] stream) {
    String text = new String(stream, StandardCharsets.US_ASCII);
    List<Integer> numbers = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int volts = text.indexOf("1-0:32.7.0(", at);
      assertThat(volts).as("a telegram at %d", at).isPositive();
      int number = Integer.parseInt(text.substring(volts + 11, volts + 14)) - 200;
      String telegram = new String(NumberedTelegrams.telegram(number), StandardCharsets.US_ASCII);
      assertThat(text.startsWith(telegram, at)).as("whole telegram at %d", at).isTrue();
      numbers.add(number);
      at += telegram.length();
    }
    return numbers;
  }

  @Property(tries = 300)
  void only_whole_telegrams_come_out_whatever_is_taken_when(
      @ForAll @IntRange(min = 1, max = 3000) int chunk,
      @ForAll List<@IntRange(min = 0, max = 9000) Integer> takes) {
    TelegramQueue queue = new TelegramQueue(false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int taken = 0;
    for (int number = 0; number < 80; number++) {
      byte[] telegram = NumberedTelegrams.telegram(number);
      for (int from = 0; from < telegram.length; from += chunk) {
        queue.add(telegram, from, Math.min(telegram.length, from + chunk), from == 0);
        int limit = takes.isEmpty() ? 0 : takes.get(taken++ % takes.size());
        byte[] into = new byte[limit];
        out.write(into, 0, queue.take(into));
      }
    }
    byte[] rest = new byte[TelegramQueue.CAPACITY];
    out.write(rest, 0, queue.take(rest));
    List<Integer> numbers = whole(out.toByteArray());
    assertThat(numbers).isSorted().doesNotHaveDuplicates();
    assertThat(queue.lost()).isEqualTo(80 - numbers.size());
  }

  @Test
  void whoever_joins_in_the_middle_begins_with_the_next_telegram() {
    TelegramQueue queue = new TelegramQueue(true);
    byte[] first = NumberedTelegrams.telegram(1);
    byte[] second = NumberedTelegrams.telegram(2);
    queue.add(first, 100, first.length, false);
    queue.add(second, 0, second.length, true);
    byte[] into = new byte[TelegramQueue.CAPACITY];
    assertThat(queue.take(into)).isEqualTo(second.length);
  }

  @Test
  void a_restart_forgets_what_waits_and_the_rest_of_its_telegram() {
    TelegramQueue queue = new TelegramQueue(false);
    byte[] telegram = NumberedTelegrams.telegram(1);
    queue.add(telegram, 0, 100, true);
    queue.restart();
    queue.add(telegram, 100, telegram.length, false);
    assertThat(queue.take(new byte[10])).isZero();
    queue.add(telegram, 0, telegram.length, true);
    assertThat(queue.take(new byte[TelegramQueue.CAPACITY])).isEqualTo(telegram.length);
  }

  @Test
  void bytes_before_the_first_telegram_are_copied_as_they_are() {
    TelegramQueue queue = new TelegramQueue(false);
    queue.add(new byte[] {1, 2, 3}, 0, 3, false);
    assertThat(queue.take(new byte[10])).isEqualTo(3);
  }
}
