// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

import io.energydongle.status.DeviceState;
import io.energydongle.status.DeviceState.Press;
import io.energydongle.status.DeviceState.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the light does: colours that follow each other at a fixed pace, from the beginning again
 * after the last one.
 *
 * <p>Source: {@code product.md} M6.1 and M6.2; {@code platform.md} section 5, "additions".
 */
public enum Pattern {
  BOOTING(Duration.ofSeconds(1), Colour.RED),
  INITIALISING(Duration.ofMillis(300), Colour.RED, Colour.ORANGE, Colour.GREEN),
  NORMAL(Duration.ofSeconds(1), Colour.GREEN),
  NO_METER_DATA(Duration.ofMillis(500), Colour.RED, Colour.GREEN),
  NO_NETWORK(Duration.ofMillis(500), Colour.GREEN, Colour.ORANGE),
  NO_METER_DATA_NO_NETWORK(Duration.ofMillis(500), Colour.RED, Colour.ORANGE),
  /** Letting go of the button resets to factory defaults. */
  RELEASE_TO_RESET(Duration.ofMillis(125), Colour.RED, Colour.OFF),
  UPDATING(Duration.ofSeconds(1), Colour.GREEN, Colour.OFF),
  IDENTIFY(Duration.ofMillis(500), Colour.GREEN, Colour.ORANGE, Colour.RED);

  private final long stepNanos;

  // List.of cannot be changed.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Colour> colours;

  Pattern(Duration step, Colour... colours) {
    this.stepNanos = step.toNanos();
    this.colours = List.of(colours);
  }

  /**
   * The pattern of a state. What a person is doing right now comes first, then what the device is
   * busy with, then what is wrong. A reading that nobody can fetch counts as no network: for the
   * charger it is the same.
   */
  public static Pattern of(DeviceState state) {
    if (state.press() == Press.RESETS_ON_RELEASE) {
      return RELEASE_TO_RESET;
    }
    if (state.identify()) {
      return IDENTIFY;
    }
    if (state.updating()) {
      return UPDATING;
    }
    if (state.stage() != Stage.RUNNING) {
      return state.stage() == Stage.BOOTING ? BOOTING : INITIALISING;
    }
    boolean delivered = state.network() && state.served();
    if (state.meterData()) {
      return delivered ? NORMAL : NO_NETWORK;
    }
    return delivered ? NO_METER_DATA : NO_METER_DATA_NO_NETWORK;
  }

  /**
   * The colour of a moment.
   *
   * @param nanos time since the pattern began, 0 or more.
   */
  public Colour colourAt(long nanos) {
    return colours.get((int) (nanos / stepNanos % colours.size()));
  }

  /**
   * Time until the colour may change.
   *
   * @param nanos time since the pattern began, 0 or more.
   */
  public long nanosToNextStep(long nanos) {
    return stepNanos - nanos % stepNanos;
  }

  /** Name used in every output. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its colours in the order shown, such as {@code red/green}. */
  public String colours() {
    return colours.stream()
        .map(colour -> colour.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("/"));
  }
}
