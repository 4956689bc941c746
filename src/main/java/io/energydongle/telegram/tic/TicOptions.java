// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

/**
 * Choices of the user about what is calculated from TIC values.
 *
 * @param fineCurrent show currents finer than whole amperes, from power divided by voltage.
 * @param phaseExport calculate the negative power of phases that export, instead of 0.
 * @param historicalExport in historical mode take a current without power for export, instead of 0.
 * @param nominalVolt voltage for calculations where the meter sends none, V.
 */
public record TicOptions(
    boolean fineCurrent, boolean phaseExport, boolean historicalExport, int nominalVolt) {

  /** What a new device does. */
  public static final TicOptions DEFAULT = new TicOptions(true, false, false, 230);
}
