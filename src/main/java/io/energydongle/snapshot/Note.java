// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.util.Locale;

/** A remark about how a reading came to be, for everybody who looks at it. */
public enum Note {
  /** The current was calculated from power and voltage because the meter sends none. */
  CURRENT_DERIVED,
  /** The meter's whole amperes were made finer by power divided by voltage. */
  CURRENT_REFINED,
  /** The powers are apparent powers (VA), never less than the active ones: the meter sends no W. */
  APPARENT_POWER,
  /** The power of the connection was calculated from voltages and currents. */
  POWER_DERIVED,
  /** The powers of the phases were calculated from other values of the same telegram. */
  PHASE_POWER_DERIVED,
  /** The meter sent an impossible power of a phase; voltage times current stands in its place. */
  PHASE_POWER_SUBSTITUTED,
  /** A current but no power: the connection probably exports, and this meter cannot tell. */
  EXPORT_SUSPECTED,
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
  /** The meter itself says that its clock cannot be trusted. */
  METER_CLOCK_DEGRADED,
  /** This kind of meter sends no checksum; only form and plausibility were checked. */
  CHECKSUM_ABSENT,
  /** The checksum is wrong and the user chose to ignore it. */
  CHECKSUM_IGNORED,
  /** Decrypted, but the authentication tag did not match; the inner checksum did. */
  TAG_NOT_VERIFIED,
  /** A counter went backwards without a change of meter; the earlier value is shown. */
  ENERGY_HELD,
  /** A counter was damaged or left out in this frame; the value of an earlier one is shown. */
  ENERGY_CARRIED_OVER,
  /** Powers, currents and energies were multiplied by the transformer ratio of the settings. */
  MULTIPLIED;

  /** Name used in every output: lower case with hyphens. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
