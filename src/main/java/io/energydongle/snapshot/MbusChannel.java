// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A device on the meter's M-Bus. Channels follow the order of installation, not the medium, and a
 * replaced device leaves its channel behind.
 *
 * @param channel 1..9.
 * @param deviceType medium code of EN 13757-3 (3 gas, 7 water, 4 heat ...); empty when not sent.
 * @param id identifier of the device; empty when not sent. Personal data.
 * @param ean number of that connection (Belgium 2.x); empty when not sent. Personal data.
 * @param time when the device was read; empty when not sent.
 * @param valueMicro counter in millionths of {@code unit}; empty when there is no reading.
 * @param unit {@code m3}, {@code GJ}, {@code MJ}, {@code kWh} or {@code Wh}; empty with the value.
 * @param valve position as sent (its meaning differs per standard); empty when not sent.
 */
public record MbusChannel(
    int channel,
    OptionalInt deviceType,
    Optional<String> id,
    Optional<String> ean,
    Optional<MeterTime> time,
    OptionalLong valueMicro,
    Optional<String> unit,
    OptionalInt valve) {

  /** The medium that the device type names; empty for types that no output treats by name. */
  public Optional<Medium> medium() {
    return deviceType.isPresent() ? Medium.ofDeviceType(deviceType.getAsInt()) : Optional.empty();
  }

  /** Media that outputs publish by name, with the device types of EN 13757-3 that count as such. */
  public enum Medium {
    GAS,
    WATER,
    HEAT;

    static Optional<Medium> ofDeviceType(int type) {
      return switch (type) {
        case 3 -> Optional.of(GAS);
        case 7, 22 -> Optional.of(WATER);
        case 4, 12, 13 -> Optional.of(HEAT);
        default -> Optional.empty();
      };
    }
  }
}
