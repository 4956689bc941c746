// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

import io.energydongle.frame.TicFrame;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is known of a meter from its earlier frames. Another address forgets everything.
 *
 * <p>Source: {@code tic.md} section 6 (latched phases, commit rule) and section 8, last row.
 */
final class TicMemory {

  /** So many frames without a three-phase group mean a one-phase meter after all. */
  private static final int FRAMES_TO_ONE_PHASE = 20;

  private final long[] energies = new long[TicLabel.values().length];
  private Optional<String> address = Optional.empty();
  private boolean threePhase;
  private int framesWithoutThreePhase;
  private Optional<String> option = Optional.empty();

  /** Apparent power has been seen in historical mode. */
  private boolean hasApparentPower;

  /** Apparent export has been seen in standard mode. */
  private boolean hasExport;

  TicMemory() {
    forget();
  }

  /** Learns from a frame whose form is good, before it is used. */
  void learn(TicGroups groups) {
    Optional<String> sent = address(groups);
    if (sent.isPresent() && !sent.equals(address)) {
      forget();
      address = sent;
    }
    if (groups.threePhase()) {
      threePhase = true;
      framesWithoutThreePhase = 0;
    } else if (threePhase && ++framesWithoutThreePhase >= FRAMES_TO_ONE_PHASE) {
      threePhase = false;
    }
    hasApparentPower |= groups.has(TicLabel.PAPP);
    hasExport |= groups.has(TicLabel.SINSTI);
    Optional<String> newOption = groups.text(TicLabel.OPTARIF);
    option = newOption.isPresent() ? newOption : option;
  }

  /** Address of the meter, 12 digits; empty while it is not known or masked. */
  Optional<String> address() {
    return address;
  }

  /** Contract option of historical mode. */
  Optional<String> option() {
    return option;
  }

  boolean threePhase() {
    return threePhase;
  }

  boolean hasApparentPower() {
    return hasApparentPower;
  }

  boolean hasExport() {
    return hasExport;
  }

  /** The counter as sent, which is remembered; else {@link TicGroups#ABSENT}. */
  long energy(TicGroups groups, TicLabel label) {
    long sent = groups.number(label);
    if (sent != TicGroups.ABSENT) {
      energies[label.index()] = sent;
    }
    return sent;
  }

  /**
   * The counter of an earlier frame, when damage or a short frame explains that this one has none.
   */
  long earlierEnergy(TicFrame frame, TicLabel label, boolean shortFrame) {
    return frame.hasDamage() || shortFrame ? energies[label.index()] : TicGroups.ABSENT;
  }

  private void forget() {
    Arrays.fill(energies, TicGroups.ABSENT);
    address = Optional.empty();
    option = Optional.empty();
    threePhase = false;
    framesWithoutThreePhase = 0;
    hasApparentPower = false;
    hasExport = false;
  }

  /** The address, when it is one: masked ones hold letters. */
  private static Optional<String> address(TicGroups groups) {
    Optional<String> text =
        groups.has(TicLabel.ADSC) ? groups.text(TicLabel.ADSC) : groups.text(TicLabel.ADCO);
    return text.filter(TicMemory::isAddress);
  }

  private static boolean isAddress(String text) {
    return text.length() == TicLabel.ADSC.width && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
