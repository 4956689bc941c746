// SPDX-License-Identifier: Apache-2.0
package io.energydongle.simulate;

/**
 * A house with a charging car and panels on the roof, whose day may be over in ten minutes. Power
 * follows that day; energy counters add up real seconds, so that they fit the power.
 *
 * <p>The same second of the same house always has the same values.
 */
final class House {

  /** A day that is over soon, so that whoever watches sees all of it. */
  static final int SHORT_DAY_SECONDS = 600;

  private static final double HOURS = 24.0;
  private static final double SOLAR_PEAK_WATT = 6_900;
  private static final double CAR_WATT_PER_PHASE = 3_680;
  private static final double CAR_FROM_HOUR = 17.5;
  private static final double CAR_TO_HOUR = 22;
  private static final double NOMINAL_VOLT = 230;
  private static final double LINE_OHM = 0.25;

  private final int daySeconds;
  private final double[] powerWatt = new double[3];
  private final double[] volt = new double[3];
  private double importWattHour;
  private double exportWattHour;
  private double gasCubicMetre;

  /**
   * A house whose counters begin here.
   *
   * @param importWattHour energy taken from the grid so far.
   * @param exportWattHour energy fed into the grid so far.
   * @param daySeconds length of its day.
   */
  House(double importWattHour, double exportWattHour, int daySeconds) {
    this.daySeconds = daySeconds;
    this.importWattHour = importWattHour;
    this.exportWattHour = exportWattHour;
    this.gasCubicMetre = 1234.567;
  }

  /** Moves to that second since the start, and counts the energy of the {@code elapsed} before. */
  void moveTo(long second, double elapsed) {
    double hour = second % daySeconds * HOURS / daySeconds;
    double solar = SOLAR_PEAK_WATT * Math.max(0, Math.sin((hour - 6) / 12 * Math.PI));
    boolean carCharges = hour >= CAR_FROM_HOUR && hour < CAR_TO_HOUR;
    boolean kettleBoils = second % 97 < 12;
    boolean fridgeRuns = second % 60 < 25;
    double total = 0;
    for (int phase = 0; phase < 3; phase++) {
      double load = 110 + 40 * phase + 12 * Math.sin(second * 0.7 + phase);
      load += phase == 0 && kettleBoils ? 2_000 : 0;
      load += phase == 1 && fridgeRuns ? 95 : 0;
      load += carCharges ? CAR_WATT_PER_PHASE : 0;
      powerWatt[phase] = load - solar / 3;
      volt[phase] =
          NOMINAL_VOLT
              + 1.5 * Math.sin(second * 0.05 + 2 * phase)
              - LINE_OHM * powerWatt[phase] / NOMINAL_VOLT;
      total += powerWatt[phase];
    }
    importWattHour += Math.max(0, total) * elapsed / 3600;
    exportWattHour += Math.max(0, -total) * elapsed / 3600;
    gasCubicMetre += 0.00002 * elapsed;
  }

  /** Active power of phase 1..3, watt; negative while it exports. */
  double powerWatt(int phase) {
    return powerWatt[phase - 1];
  }

  /** Active power of all phases, watt; negative while exporting. */
  double powerWatt() {
    return powerWatt[0] + powerWatt[1] + powerWatt[2];
  }

  /** Voltage of phase 1..3 to neutral. */
  double volt(int phase) {
    return volt[phase - 1];
  }

  /** Current of phase 1..3, ampere, a magnitude; a little more than its power explains. */
  double ampere(int phase) {
    return Math.abs(powerWatt(phase)) / volt(phase) * 1.04 + 0.11;
  }

  /** Energy taken from the grid. */
  double importWattHour() {
    return importWattHour;
  }

  /** Energy fed into the grid. */
  double exportWattHour() {
    return exportWattHour;
  }

  /** Gas used. */
  double gasCubicMetre() {
    return gasCubicMetre;
  }
}
