// SPDX-License-Identifier: Apache-2.0
package io.energydongle.button;

import io.energydongle.config.BoardConfig;
import io.energydongle.gpio.GpioException;
import io.energydongle.gpio.GpioLine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A button straight at a GPIO line, for boards without overlays. Looked at fifty times a second,
 * which also hides the bouncing of its contact. What it does at the start is known here: down is
 * held since before.
 */
public final class GpioKey implements Key {

  private static final int LOOK_MILLIS = 20;

  private final GpioLine line;
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean down;

  private GpioKey(GpioLine line) throws GpioException {
    this.line = line;
    this.down = line.isOn();
  }

  /** Takes the line over that the board file names. */
  public static Key find(BoardConfig.Button board) throws KeyException {
    try {
      return new GpioKey(GpioLine.input(board.gpio(), board.gpioActiveLow()));
    } catch (GpioException e) {
      throw new KeyException(e.sentence());
    }
  }

  @Override
  public Event next() throws IOException {
    try {
      while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        boolean now = line.isOn();
        if (now != down) {
          down = now;
          return now ? Event.PRESSED : Event.RELEASED;
        }
      }
      throw new IOException("closed");
    } catch (GpioException e) {
      throw new IOException(e.sentence(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  @Override
  public void close() {
    closed.countDown();
    line.close();
  }
}
