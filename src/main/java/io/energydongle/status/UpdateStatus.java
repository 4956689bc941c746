// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How updates are doing: what runs, what could, and what became of the last one.
 *
 * @param version that runs.
 * @param state of the last update, or of the one under way.
 * @param target version that this is about; empty when there was none, or it is not known.
 * @param code reason of a failure in kebab-case; empty for none.
 * @param sentence what happened, for people; empty when there is nothing to say.
 * @param at when it happened.
 * @param progressPercent how much of a release has arrived; empty while none does.
 * @param previous version that "go back" leads to.
 * @param available newer version that the feed offers.
 * @param checkedAt when the feed was asked last.
 * @param unavailable why this installation cannot be updated; empty when it can.
 */
public record UpdateStatus(
    String version,
    State state,
    Optional<String> target,
    String code,
    String sentence,
    Optional<Instant> at,
    OptionalInt progressPercent,
    Optional<String> previous,
    Optional<String> available,
    Optional<Instant> checkedAt,
    Optional<String> unavailable) {

  /** What became of an update. */
  public enum State {
    /** There was none. */
    IDLE,
    /** A release arrives and is checked. */
    RECEIVING,
    /** It is handed over to root, and checked and unpacked there. */
    INSTALLING,
    /** It runs, and has to prove itself. */
    TRYING,
    /** It has proved itself. */
    INSTALLED,
    /** It has not, and the release before runs again. */
    FAILED,
    /** It was not installed; nothing was changed. */
    REFUSED,
    /** The power went before it ran; the release before runs. */
    INTERRUPTED,
    /** Somebody went back to the release before. */
    WENT_BACK;

    /** Name in the API. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** True while something is under way. */
    public boolean isBusy() {
      return this == RECEIVING || this == INSTALLING || this == TRYING;
    }
  }
}
