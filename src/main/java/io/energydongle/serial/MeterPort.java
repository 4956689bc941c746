// SPDX-License-Identifier: Apache-2.0
package io.energydongle.serial;

/** An open port to a meter. Used by one thread. */
public interface MeterPort extends AutoCloseable {

  /**
   * Waits for bytes, at most about a second.
   *
   * @return number of bytes now at the start of {@code buffer}; 0 when none came.
   * @throws PortException when the device is gone; the port is of no use any more.
   */
  int read(byte[] buffer) throws PortException;

  /** Gives the device back. */
  @Override
  void close();
}
