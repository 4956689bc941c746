// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One phase. Empty means that the meter does not send it.
 *
 * @param milliVolt 0..600,000 mV; to neutral, or between lines without neutral.
 * @param milliAmpere 0..10,000,000 mA, a magnitude; negative only where the user chose a sign.
 * @param netMilliWatt import minus export, mW; negative while this phase exports.
 */
public record Phase(OptionalInt milliVolt, OptionalInt milliAmpere, OptionalLong netMilliWatt) {

  /** A phase of which the meter says nothing. */
  public static final Phase SILENT =
      new Phase(OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty());

  /** The same phase with another current in mA. */
  public Phase withMilliAmpere(int newMilliAmpere) {
    return new Phase(milliVolt, OptionalInt.of(newMilliAmpere), netMilliWatt);
  }
}
