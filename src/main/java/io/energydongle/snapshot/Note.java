// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.util.Locale;

/** A remark about how a reading came to be, for everybody who looks at it. */
public enum Note {
  /** The current was calculated from power and voltage because the meter sends none. */
  CURRENT_DERIVED,
  /** The meter's whole amperes were raised to power divided by voltage where that is higher. */
  CURRENT_REFINED,
  /** Three-phase meter that sends no power per phase. */
  PHASE_POWER_UNAVAILABLE,
  /** Only one phase of a three-phase meter is wired. */
  ONE_PHASE_WIRED,
  /** Three-wire network, old firmware: the current of L2 reads 0 although it flows. */
  L2_CURRENT_NOT_MEASURED,
  /** A power value was sent but cannot be used; the reading must not steer anything. */
  POWER_UNUSABLE,
  /** A current was sent but cannot be used; the reading must not steer anything. */
  CURRENT_UNUSABLE,
  /** The meter's clock is not set. */
  METER_CLOCK_UNSET,
  /** This kind of meter sends no checksum; only form and plausibility were checked. */
  CHECKSUM_ABSENT,
  /** The checksum is wrong and the user chose to ignore it. */
  CHECKSUM_IGNORED,
  /** Decrypted, but the authentication tag did not match; the inner checksum did. */
  TAG_NOT_VERIFIED,
  /** A counter went backwards without a change of meter; the earlier value is shown. */
  ENERGY_HELD,
  /** Powers, currents and energies were multiplied by the transformer ratio of the settings. */
  MULTIPLIED;

  /** Name used in every output: lower case with hyphens. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
