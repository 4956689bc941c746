// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HousekeepingTest {

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<String> done = new ArrayList<>();
  private final Housekeeping housekeeping = new Housekeeping(System::nanoTime);

  @Test
  void chores_are_done_when_they_are_due_and_not_after_the_stop() throws InterruptedException {
    housekeeping
        .add("early", Duration.ZERO, () -> doing("early", Duration.ofHours(1)))
        .add("late", Duration.ofMillis(30), () -> last("late"))
        .add("never", Duration.ofHours(1), () -> doing("never", Duration.ZERO))
        .run(stopped);
    assertThat(done).containsExactly("early", "late");
  }

  @Test
  void a_chore_comes_again_after_the_pause_that_it_asked_for() throws InterruptedException {
    housekeeping
        .add("clock", Duration.ZERO, () -> done.size() < 4 ? doing("clock", PAUSE) : last("end"))
        .run(stopped);
    assertThat(done).containsExactly("clock", "clock", "clock", "clock", "end");
  }

  @Test
  void a_chore_that_fails_keeps_no_other_from_being_done() throws InterruptedException {
    housekeeping
        .add(
            "broken",
            Duration.ZERO,
            () -> {
              throw new IllegalStateException("the disk is full");
            })
        .add("whole", Duration.ofMillis(20), () -> last("whole"))
        .run(stopped);
    assertThat(done).containsExactly("whole");
  }

  private static final Duration PAUSE = Duration.ofMillis(5);

  private Duration doing(String name, Duration again) {
    done.add(name);
    return again;
  }

  private Duration last(String name) {
    stopped.countDown();
    return doing(name, Duration.ofHours(1));
  }
}
