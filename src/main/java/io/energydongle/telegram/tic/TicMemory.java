// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

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

  /** Nobody changes a meter faster. */
  private static final long SAME_METER_NANOS = 10_000_000_000L;

  private final long[] energies = new long[TicLabel.values().length];

  /** As it was sent, also where it is masked. */
  private Optional<String> address = Optional.empty();

  /** False after a silence, until the address shows that it is still the same meter. */
  private boolean confirmed;

  private long lastNanos;
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
  void learn(TicGroups groups, long nowNanos) {
    if (nowNanos - lastNanos > SAME_METER_NANOS) {
      confirmed = false;
    }
    lastNanos = nowNanos;
    Optional<String> sent =
        groups.has(TicLabel.ADSC) ? groups.text(TicLabel.ADSC) : groups.text(TicLabel.ADCO);
    if (sent.isPresent()) {
      if (!sent.equals(address)) {
        forget();
        address = sent;
      }
      confirmed = true;
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
    if (newOption.isPresent() && !newOption.equals(option)) {
      if (option.isPresent()) {
        Arrays.fill(energies, TicGroups.ABSENT);
      }
      option = newOption;
    }
  }

  /** Address of the meter, 12 digits; empty while it is not known or masked. */
  Optional<String> address() {
    return confirmed ? address.filter(TicMemory::isAddress) : Optional.empty();
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
   * The counter of an earlier frame of this meter, or {@link TicGroups#ABSENT}: every counter of a
   * contract stands in every frame, so one that is missing was lost on the way.
   */
  long earlierEnergy(TicLabel label) {
    return confirmed || address.isEmpty() ? energies[label.index()] : TicGroups.ABSENT;
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

  private static boolean isAddress(String text) {
    return text.length() == TicLabel.ADSC.width && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
