// SPDX-License-Identifier: Apache-2.0
package io.energydongle.serial;

import io.energydongle.config.LineSetting;

/** Opens the port to the meter, as often as it takes. */
public interface MeterPorts {

  /** Name of the port, for people. */
  String name();

  /**
   * Opens the port.
   *
   * @throws PortException with what was found and what to do.
   */
  MeterPort open(LineSetting line) throws PortException;
}
