// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

import io.energydongle.frame.TicFrame;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.TicStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Power, voltage and current of the connection and its phases, and the rules by which they follow
 * from a frame. TIC carries apparent power only; a frame without a group that a rule needs gives no
 * power at all.
 *
 * <p>Source: Enedis-NOI-CPT_54E §6.2.3.7 to §6.2.3.14; {@code tic.md} section 6.
 */
final class TicPower {

  private static final int MILLI = 1000;
  private static final int NOTHING = TicGroups.ABSENT;

  private final TicGroups groups;
  private final TicMemory memory;
  private final TicOptions options;
  private final TicFrame frame;
  private final int phases;

  TicPower(TicGroups groups, TicMemory memory, TicOptions options, TicFrame frame) {
    this.groups = groups;
    this.memory = memory;
    this.options = options;
    this.frame = frame;
    this.phases = memory.threePhase() ? 3 : 1;
  }

  /** Adds what the frame says; else gives the label without which it must not be used. */
  Optional<TicLabel> addTo(MeterSnapshot.Builder snapshot, Optional<TicStatus> status) {
    snapshot.note(Note.APPARENT_POWER);
    snapshot.currentResolutionMilliAmpere(OptionalInt.of(MILLI));
    return frame.standard() ? addStandard(snapshot, status) : addHistorical(snapshot);
  }

  /** A short frame holds currents only: ADCO and IINST1-3, and ADIRn of phases in overload. */
  boolean isShortFrame() {
    if (frame.standard() || !groups.has(TicLabel.IINST1)) {
      return false;
    }
    for (int group = 0; group < frame.groups(); group++) {
      int label = frame.label(group);
      boolean current = label >= TicLabel.IINST1.index() && label <= TicLabel.IINST3.index();
      if (!current && label > TicLabel.ADCO.index()) {
        return false;
      }
    }
    return true;
  }

  private Optional<TicLabel> addStandard(
      MeterSnapshot.Builder snapshot, Optional<TicStatus> status) {
    int[] volt = new int[phases];
    int[] ampere = new int[phases];
    int[] power = new int[phases];
    for (int i = 0; i < phases; i++) {
      volt[i] = groups.number(TicLabel.URMS1.plus(i));
      ampere[i] = groups.number(TicLabel.IRMS1.plus(i));
      power[i] = groups.number(phases == 1 ? TicLabel.SINSTS : TicLabel.SINSTS1.plus(i));
      if (volt[i] == NOTHING) {
        return Optional.of(TicLabel.URMS1.plus(i));
      }
      if (ampere[i] == NOTHING) {
        return Optional.of(TicLabel.IRMS1.plus(i));
      }
      if (power[i] == NOTHING) {
        return Optional.of(phases == 1 ? TicLabel.SINSTS : TicLabel.SINSTS1.plus(i));
      }
    }
    boolean substituted = false;
    for (int i = 0; i < phases && phases == 3; i++) {
      if (isNonsense(power[i], volt[i], ampere[i])) {
        power[i] = volt[i] * ampere[i];
        substituted = true;
      }
    }
    if (substituted) {
      snapshot.note(Note.PHASE_POWER_SUBSTITUTED);
    }
    int taken = groups.number(TicLabel.SINSTS);
    int fed = groups.number(TicLabel.SINSTI);
    // A meter can be switched from producer to consumer; its status word knows.
    boolean producer =
        groups.has(TicLabel.EAIT) || status.map(TicStatus::producer).orElse(memory.hasExport());
    if (taken == NOTHING) {
      return Optional.of(TicLabel.SINSTS);
    }
    if (fed == NOTHING && producer) {
      return Optional.of(TicLabel.SINSTI);
    }
    boolean directionNeeded = taken == 0 ? fed == NOTHING : fed > 0;
    if (directionNeeded && status.isEmpty()) {
      return Optional.of(TicLabel.STGE);
    }
    boolean exporting = status.map(TicStatus::exporting).orElse(false);
    int total;
    if (taken > 0 && !(fed > 0 && exporting)) {
      total = taken;
    } else if (fed > 0) {
      total = -fed;
    } else if (fed == NOTHING && exporting) {
      total = exportFromCurrents(power, volt, ampere);
      snapshot.note(Note.POWER_DERIVED);
    } else {
      total = 0;
    }
    addTotal(snapshot, total, fed != NOTHING);
    if (phases == 1) {
      power[0] = Math.max(0, total);
    }
    int[] net = options.phaseExport() ? withExport(power, volt, ampere, total) : power.clone();
    if (phases == 3 && !Arrays.equals(net, power)) {
      snapshot.note(Note.PHASE_POWER_DERIVED);
    }
    List<Phase> result = new ArrayList<>(phases);
    for (int i = 0; i < phases; i++) {
      int apparent = phases == 1 ? Math.abs(total) : power[i];
      boolean measured = phases == 3 || taken > 0 || fed > 0;
      int milliAmpere = measured ? fine(apparent, volt[i], ampere[i], snapshot) : ampere[i] * MILLI;
      result.add(
          new Phase(
              OptionalInt.of(volt[i] * MILLI),
              OptionalInt.of(milliAmpere),
              OptionalLong.of((long) net[i] * MILLI)));
    }
    snapshot.phases(result);
    return Optional.empty();
  }

  /**
   * True for what some three-phase meters send with right checksums. 0 with a current is no
   * nonsense: the phase exports.
   */
  private static boolean isNonsense(int power, int volt, int ampere) {
    long apart = Math.abs((long) power - (long) volt * ampere);
    return power > 0 && 10 * apart > 15L * volt + power;
  }

  /**
   * Consumer mode while exporting: nothing but voltage times current tells how much.
   *
   * @return 0 or less.
   */
  private int exportFromCurrents(int[] power, int[] volt, int[] ampere) {
    int total = 0;
    for (int i = 0; i < phases; i++) {
      total += power[i] > 0 ? power[i] : -volt[i] * ampere[i];
    }
    return Math.min(0, total);
  }

  /**
   * The powers of all phases such that they add up to the total: what is missing is shared among
   * the phases that show 0 with a current, by voltage times current. Exact for one such phase.
   */
  private int[] withExport(int[] power, int[] volt, int[] ampere, int total) {
    int[] net = power.clone();
    if (phases == 1) {
      net[0] = total;
      return net;
    }
    int rest = total - sum(power);
    long shares = 0;
    for (int i = 0; i < phases; i++) {
      shares += power[i] == 0 ? (long) volt[i] * ampere[i] : 0;
    }
    for (int i = 0; i < phases && shares > 0 && rest < 0; i++) {
      if (power[i] == 0) {
        net[i] = (int) Math.round((double) rest * volt[i] * ampere[i] / shares);
      }
    }
    return net;
  }

  private static int sum(int[] values) {
    int sum = 0;
    for (int value : values) {
      sum += value;
    }
    return sum;
  }

  /** Milliamperes from power and voltage where they agree with the whole amperes that were sent. */
  private int fine(int voltAmpere, int volt, int ampere, MeterSnapshot.Builder snapshot) {
    int whole = ampere * MILLI;
    if (!options.fineCurrent() || voltAmpere == 0 || volt == 0) {
      return whole;
    }
    int fine = (int) (((long) voltAmpere * MILLI + volt / 2) / volt);
    if (Math.abs(fine - whole) > MILLI) {
      return whole;
    }
    snapshot.note(Note.CURRENT_REFINED);
    return fine;
  }

  private Optional<TicLabel> addHistorical(MeterSnapshot.Builder snapshot) {
    int[] ampere = new int[phases];
    int sum = 0;
    for (int i = 0; i < phases; i++) {
      TicLabel label = phases == 1 ? TicLabel.IINST : TicLabel.IINST1.plus(i);
      ampere[i] = groups.number(label);
      if (ampere[i] == NOTHING) {
        return Optional.of(label);
      }
      sum += ampere[i];
    }
    int total = groups.number(TicLabel.PAPP);
    boolean shortFrame = isShortFrame();
    boolean derived = total == NOTHING;
    if (derived) {
      // Only a frame that is whole shows that the meter really leaves its power out.
      if (!frame.intact()
          || !groups.malformed().isEmpty()
          || (memory.hasApparentPower() && !shortFrame)) {
        return Optional.of(TicLabel.PAPP);
      }
      total = options.nominalVolt() * sum;
      snapshot.note(Note.POWER_DERIVED);
    }
    boolean exports = !derived && phases == 1 && total < 10 && sum >= 1;
    if (exports) {
      snapshot.note(Note.EXPORT_SUSPECTED);
      if (options.historicalExport()) {
        total = -options.nominalVolt() * sum;
        snapshot.note(Note.POWER_DERIVED);
      }
    }
    addTotal(snapshot, total, false);
    if (phases == 3) {
      snapshot.note(Note.PHASE_POWER_DERIVED);
    }
    List<Phase> result = new ArrayList<>(phases);
    for (int i = 0; i < phases; i++) {
      int shown = options.phaseExport() ? total : Math.max(0, total);
      long share = sum == 0 ? shown / phases : Math.round((double) shown * ampere[i] / sum);
      result.add(
          new Phase(
              OptionalInt.empty(),
              OptionalInt.of(ampere[i] * MILLI),
              OptionalLong.of(share * MILLI)));
    }
    snapshot.phases(result);
    return Optional.empty();
  }

  /** The direction that the meter does not measure stays empty, unless the power flows that way. */
  private static void addTotal(MeterSnapshot.Builder snapshot, int total, boolean exportMeasured) {
    long milli = (long) Math.abs(total) * MILLI;
    snapshot.powerMilliWatt(
        OptionalLong.of(total > 0 ? milli : 0),
        total < 0 || exportMeasured
            ? OptionalLong.of(total < 0 ? milli : 0)
            : OptionalLong.empty());
  }
}
