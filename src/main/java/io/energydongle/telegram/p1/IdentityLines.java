// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterIdentity.Protocol;
import io.energydongle.snapshot.MeterTime;
import java.time.Duration;
import java.util.Optional;

/**
 * Which meter sent a telegram, and when by its own clock.
 *
 * <p>Source: {@code p1.md} section 3 "Country notes" and section 9.
 */
final class IdentityLines {

  private static final Duration PERIOD_SINCE_DSMR_5 = Duration.ofSeconds(1);
  private static final Duration PERIOD_OTHERS = Duration.ofSeconds(10);

  private static final CosemObject[] SERIALS = {
    CosemObject.SERIAL, CosemObject.LOGICAL_DEVICE_NAME, CosemObject.SERIAL_ELSEWHERE
  };

  private final CosemLines lines;
  private final CosemValues values;

  IdentityLines(CosemLines lines, CosemValues values) {
    this.lines = lines;
    this.values = values;
  }

  /** True for telegrams with neither version nor time: meters before DSMR 4 and their relatives. */
  static boolean olderGeneration(CosemLines lines) {
    return !lines.has(CosemObject.P1_VERSION)
        && !lines.has(CosemObject.BELGIAN_VERSION)
        && !lines.has(CosemObject.TIME);
  }

  /** The sender. */
  MeterIdentity identity() {
    String ident = values.ident();
    Optional<String> belgian = values.plainText(CosemObject.BELGIAN_VERSION.slot());
    return new MeterIdentity(
        protocol(ident),
        belgian.isPresent() ? belgian : values.plainText(CosemObject.P1_VERSION.slot()),
        ident,
        serial(),
        values.text(CosemObject.EAN.slot()));
  }

  private Optional<String> serial() {
    for (CosemObject object : SERIALS) {
      Optional<String> serial = values.text(object.slot());
      if (serial.isPresent()) {
        return serial;
      }
    }
    return Optional.empty();
  }

  private Protocol protocol(String ident) {
    if (ident.regionMatches(true, 0, "Lux", 0, 3)) {
      return Protocol.SMARTY;
    }
    if (lines.has(CosemObject.BELGIAN_VERSION) || ident.startsWith("FLU")) {
      return Protocol.EMUCS;
    }
    boolean dutchBeforeVersions = lines.has(CosemObject.SERIAL) && !lines.has(CosemObject.TIME);
    return lines.has(CosemObject.P1_VERSION) || dutchBeforeVersions ? Protocol.DSMR : Protocol.P1;
  }

  /** Time between telegrams to expect until it has been measured. */
  static Duration assumedPeriod(MeterIdentity meter) {
    boolean sinceDsmr5 = meter.version().map(v -> v.startsWith("50")).orElse(false);
    return sinceDsmr5 || meter.protocol() == Protocol.EMUCS ? PERIOD_SINCE_DSMR_5 : PERIOD_OTHERS;
  }

  /** The meter's clock; empty when it has none. */
  Optional<MeterTime> time() {
    Optional<MeterTime> time = values.time(CosemObject.TIME.slot(), 0);
    if (time.isEmpty()) {
      time = values.time(CosemObject.TIME_HEAT_METER.slot(), 0);
    }
    return time.isEmpty() ? dateAndTimeApart() : time;
  }

  /** Slovenia sends date and time apart and without a flag, so there is no sure way to UTC. */
  private Optional<MeterTime> dateAndTimeApart() {
    Optional<String> date = values.plainText(CosemObject.CLOCK_DATE.slot());
    Optional<String> clock = values.plainText(CosemObject.CLOCK_TIME.slot());
    return date.isPresent() && clock.isPresent()
        ? Optional.of(new MeterTime(date.get() + clock.get(), Optional.empty()))
        : Optional.empty();
  }

  /** True when the meter shows by a placeholder that its clock is not set. */
  boolean clockUnset(Optional<MeterTime> time) {
    return !lines.has(CosemObject.CLOCK_DATE) && time.map(t -> t.instant().isEmpty()).orElse(false);
  }
}
