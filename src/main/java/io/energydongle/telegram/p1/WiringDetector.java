// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import static io.energydongle.telegram.p1.CosemObject.CURRENT_L1;
import static io.energydongle.telegram.p1.CosemObject.CURRENT_L2;
import static io.energydongle.telegram.p1.CosemObject.CURRENT_L3;
import static io.energydongle.telegram.p1.CosemObject.POWER_EXPORT_L1;
import static io.energydongle.telegram.p1.CosemObject.POWER_EXPORT_L2;
import static io.energydongle.telegram.p1.CosemObject.POWER_EXPORT_L3;
import static io.energydongle.telegram.p1.CosemObject.POWER_IMPORT_L1;
import static io.energydongle.telegram.p1.CosemObject.POWER_IMPORT_L2;
import static io.energydongle.telegram.p1.CosemObject.POWER_IMPORT_L3;
import static io.energydongle.telegram.p1.CosemObject.SAGS_L1;
import static io.energydongle.telegram.p1.CosemObject.SAGS_L2;
import static io.energydongle.telegram.p1.CosemObject.SAGS_L3;
import static io.energydongle.telegram.p1.CosemObject.SWELLS_L1;
import static io.energydongle.telegram.p1.CosemObject.SWELLS_L2;
import static io.energydongle.telegram.p1.CosemObject.SWELLS_L3;
import static io.energydongle.telegram.p1.CosemObject.VOLTAGE_L1;
import static io.energydongle.telegram.p1.CosemObject.VOLTAGE_L2;
import static io.energydongle.telegram.p1.CosemObject.VOLTAGE_L3;

import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.Wiring;
import java.util.List;
import java.util.Optional;

/**
 * Recognises the network from the objects a telegram has and from its voltages.
 *
 * <p>Source: {@code p1.md} section 4 "Three networks, how to recognise them".
 */
final class WiringDetector {

  private static final CosemObject[] ONLY_THREE_PHASE = {
    CURRENT_L2, CURRENT_L3, VOLTAGE_L2, VOLTAGE_L3, POWER_IMPORT_L2, POWER_IMPORT_L3,
    POWER_EXPORT_L2, POWER_EXPORT_L3, SAGS_L2, SAGS_L3, SWELLS_L2, SWELLS_L3
  };

  private static final CosemObject[] ANY_PHASE = {
    CURRENT_L1, VOLTAGE_L1, POWER_IMPORT_L1, POWER_EXPORT_L1, SAGS_L1, SWELLS_L1
  };

  private static final int NOT_CONNECTED_MILLI_VOLT_MAX = 5_000;
  private static final int LIVE_MILLI_VOLT_MIN = 150_000;
  private static final int LINE_230_MILLI_VOLT_MIN = 195_000;
  private static final int LINE_230_MILLI_VOLT_MAX = 265_000;

  private WiringDetector() {}

  /** Number of phases that the objects of the telegram show: 0 (none), 1 or 3. */
  static int phasesShown(CosemLines lines) {
    if (anyOf(lines, ONLY_THREE_PHASE)) {
      return 3;
    }
    return anyOf(lines, ANY_PHASE) ? 1 : 0;
  }

  /** The network; empty when the telegram shows nothing of its phases. */
  static Optional<Wiring> detect(int phasesShown, List<Phase> phases, boolean belgian) {
    if (phasesShown == 0) {
      return Optional.empty();
    }
    if (phasesShown == 1 || onePhaseWired(phases)) {
      return Optional.of(Wiring.ONE_PHASE);
    }
    boolean noNeutral =
        belgian && phases.size() == 3 && is230(phases.get(0)) && is230(phases.get(2));
    return Optional.of(
        noNeutral && isNotConnected(phases.get(1))
            ? Wiring.THREE_PHASE_NO_NEUTRAL
            : Wiring.THREE_PHASE_NEUTRAL);
  }

  /** True for a three-phase meter on which exactly one phase has voltage. */
  static boolean onePhaseWired(List<Phase> phases) {
    int live = 0;
    int dead = 0;
    for (Phase phase : phases) {
      live += phase.milliVolt().orElse(0) >= LIVE_MILLI_VOLT_MIN ? 1 : 0;
      dead += isNotConnected(phase) ? 1 : 0;
    }
    return live == 1 && dead == 2;
  }

  private static boolean isNotConnected(Phase phase) {
    return phase.milliVolt().isPresent()
        && phase.milliVolt().getAsInt() <= NOT_CONNECTED_MILLI_VOLT_MAX;
  }

  private static boolean is230(Phase phase) {
    int milliVolt = phase.milliVolt().orElse(0);
    return milliVolt >= LINE_230_MILLI_VOLT_MIN && milliVolt <= LINE_230_MILLI_VOLT_MAX;
  }

  private static boolean anyOf(CosemLines lines, CosemObject[] objects) {
    for (CosemObject object : objects) {
      if (lines.has(object)) {
        return true;
      }
    }
    return false;
  }
}
