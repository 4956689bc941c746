// SPDX-License-Identifier: Apache-2.0
package io.energydongle.serial;

import io.energydongle.config.LineSetting;

/** An open port that bytes of the meter are copied to. Written by one thread. */
public interface CopyPort extends AutoCloseable {

  /**
   * Writes bytes, and waits until the other side takes them, if need be for ever.
   *
   * @throws PortException when the device is gone, or was closed meanwhile by another thread.
   */
  void write(byte[] bytes, int count) throws PortException;

  /** Gives the device back; ends a write that waits. */
  @Override
  void close();

  /** Opens the port, as often as it takes. */
  interface Opener {

    /** Name of the port, for people. */
    String name();

    /**
     * Opens the port.
     *
     * @throws PortException with what was found and what to do.
     */
    CopyPort open(LineSetting line) throws PortException;
  }
}
