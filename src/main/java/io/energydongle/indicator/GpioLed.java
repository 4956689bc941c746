// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

import io.energydongle.config.BoardConfig;
import io.energydongle.gpio.GpioException;
import io.energydongle.gpio.GpioLine;

/** A red and a green light straight at GPIO lines, for boards without overlays. */
public final class GpioLed implements StatusLed {

  private final GpioLine red;
  private final GpioLine green;

  private GpioLed(GpioLine red, GpioLine green) {
    this.red = red;
    this.green = green;
  }

  /** Takes the lines over that the board file names. */
  public static StatusLed find(BoardConfig.Indicator board) throws LightException {
    try {
      GpioLine red = GpioLine.output(board.gpioRed(), board.gpioActiveLow());
      try {
        return new GpioLed(red, GpioLine.output(board.gpioGreen(), board.gpioActiveLow()));
      } catch (GpioException e) {
        red.close();
        throw e;
      }
    } catch (GpioException e) {
      throw new LightException(e.sentence());
    }
  }

  @Override
  public void show(Colour colour) throws LightException {
    try {
      red.set(colour.red());
      green.set(colour.green());
    } catch (GpioException e) {
      throw new LightException(e.sentence());
    }
  }

  @Override
  public void close() {
    red.close();
    green.close();
  }
}
