// SPDX-License-Identifier: Apache-2.0
package io.energydongle.button;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.config.BoardConfig;
import io.energydongle.status.DeviceState.Press;
import io.energydongle.testkit.FakeInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread of the button at the end of a named pipe, with a clock that the test moves. */
class ButtonTest implements Button.Actions {

  private static final int KEY_PROG1 = 148;
  private static final long MILLI = 1_000_000L;

  @TempDir Path dir;

  private final AtomicLong now = new AtomicLong();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private FakeInput input;
  private Button button;

  @Override
  public void reconnect() {
    asked.add("reconnect");
  }

  @Override
  public void factoryReset() {
    asked.add("factory reset");
  }

  @BeforeEach
  void start() throws Exception {
    input = new FakeInput(dir, "box-button");
    BoardConfig.Button board =
        new BoardConfig.Button(
            input.inputDir(), input.classDir(), "box-button", KEY_PROG1, "", true);
    button = new Button(() -> InputEventKey.find(board), this, now::get);
    button.start();
  }

  @AfterEach
  void stop() throws Exception {
    button.stop();
    input.close();
  }

  private void hold(long millis) throws Exception {
    input.key(KEY_PROG1, 1);
    await().until(() -> button.press() == Press.SHORT);
    now.addAndGet(millis * MILLI);
    Press held = button.press();
    input.key(KEY_PROG1, 0);
    // The one press that leads to nothing is already told apart while it is held.
    if (held != Press.NONE) {
      await().atMost(Duration.ofSeconds(10)).until(() -> button.press() == Press.NONE);
    }
  }

  @Test
  void short_reconnects_long_resets_and_stuck_does_nothing() throws Exception {
    hold(100);
    hold(3_900);
    hold(4_100);
    hold(31_000);
    hold(100);
    await().until(() -> button.status().presses() == 4);
    assertThat(asked).containsExactly("reconnect", "reconnect", "factory reset", "reconnect");
    assertThat(button.status().fault()).isEmpty();
  }

  @Test
  void a_button_held_since_before_the_start_counts_from_its_next_press() throws Exception {
    input.key(KEY_PROG1, 2);
    input.key(KEY_PROG1, 0);
    hold(100);
    await().until(() -> button.status().presses() == 1);
    assertThat(asked).containsExactly("reconnect");
  }

  @Test
  void the_light_can_tell_when_letting_go_would_reset() throws Exception {
    input.key(KEY_PROG1, 1);
    await().until(() -> button.press() == Press.SHORT);
    now.addAndGet(4_000 * MILLI);
    assertThat(button.press()).isEqualTo(Press.RESETS_ON_RELEASE);
    now.addAndGet(26_000 * MILLI);
    assertThat(button.press()).isEqualTo(Press.NONE);
  }

  @Test
  void a_board_without_a_button_says_so_and_goes_on(@TempDir Path empty) {
    Button none =
        new Button(
            () ->
                InputEventKey.find(new BoardConfig.Button(empty, empty, "b", KEY_PROG1, "", true)),
            this,
            now::get);
    none.start();
    await().until(() -> none.status().fault().isPresent());
    assertThat(none.status().fault().orElseThrow()).startsWith("The button was not found");
    none.stop();
  }
}
