// SPDX-License-Identifier: Apache-2.0
package io.energydongle.simulate;

import java.time.Instant;

/** A single telegram of a simulated meter. */
public final class SimulatedTelegram {

  private SimulatedTelegram() {}

  /** The first telegram of a scenario, as sent at that time; empty for those that send none. */
  public static byte[] of(Scenario scenario, Instant now) {
    return new SimulatedMeter(scenario).send(0, now);
  }
}
