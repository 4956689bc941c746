// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

/** A light that can be red, green, both, or off. Used by one thread. */
public interface StatusLed extends AutoCloseable {

  /** Shows a colour until told otherwise. */
  void show(Colour colour) throws LightException;

  /** Gives the light back as it is. */
  @Override
  default void close() {}

  /** Finds the light, as often as it takes. */
  interface Finder {

    /**
     * Finds the light and takes it over.
     *
     * @throws LightException with what was found and what to do.
     */
    StatusLed find() throws LightException;
  }
}
