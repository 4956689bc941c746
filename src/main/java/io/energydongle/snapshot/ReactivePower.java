// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.util.OptionalLong;

/**
 * Reactive power and energy of the whole connection.
 *
 * @param netMilliVar import minus export, mvar; empty when the meter sends neither.
 * @param importMicroVarHour counter, µvarh; empty when not sent.
 * @param exportMicroVarHour counter, µvarh; empty when not sent.
 */
public record ReactivePower(
    OptionalLong netMilliVar, OptionalLong importMicroVarHour, OptionalLong exportMicroVarHour) {

  /** A meter that says nothing about reactive power. */
  public static final ReactivePower NONE =
      new ReactivePower(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
}
