// SPDX-License-Identifier: Apache-2.0
package io.energydongle.button;

import io.energydongle.status.DeviceState.Press;
import java.time.Duration;

/**
 * Tells from the moments of press and release what is asked for. Before the first press is seen the
 * button may be held already, by a thing on the box or by a fault: a release or a repeat that comes
 * first means that, and leads to nothing.
 *
 * <p>Pure: time is given. Thread safe, because the light asks while the button's thread reports.
 *
 * <p>Source: {@code product.md} M6.3; {@code platform.md} section 5, "Rules".
 */
final class PressTimer {

  /** From here on a press resets. */
  static final Duration RESET_AT_LEAST = Duration.ofSeconds(4);

  /** From here on the button is stuck. */
  static final Duration STUCK_AT_LEAST = Duration.ofSeconds(30);

  /** What a release asks for. */
  enum Wish {
    NOTHING,
    RECONNECT,
    FACTORY_RESET
  }

  private boolean down;
  private long downNanos;

  /** The button was lost or found: what it does is not known. */
  synchronized void forget() {
    down = false;
  }

  /** The button went down. */
  synchronized void pressed(long nowNanos) {
    if (!down) {
      down = true;
      downNanos = nowNanos;
    }
  }

  /** The button came up. */
  synchronized Wish released(long nowNanos) {
    if (!down) {
      return Wish.NOTHING;
    }
    down = false;
    long held = nowNanos - downNanos;
    if (held < RESET_AT_LEAST.toNanos()) {
      return Wish.RECONNECT;
    }
    return held < STUCK_AT_LEAST.toNanos() ? Wish.FACTORY_RESET : Wish.NOTHING;
  }

  /** What letting go would do now. */
  synchronized Press press(long nowNanos) {
    long held = nowNanos - downNanos;
    if (!down || held >= STUCK_AT_LEAST.toNanos()) {
      return Press.NONE;
    }
    return held < RESET_AT_LEAST.toNanos() ? Press.SHORT : Press.RESETS_ON_RELEASE;
  }
}
