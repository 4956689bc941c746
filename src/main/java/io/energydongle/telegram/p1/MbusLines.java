// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import io.energydongle.frame.Rejection.Reason;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MeterTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The M-Bus devices of one telegram. Every channel that has a type, an identifier or a reading is
 * reported, also the empty ones that a replaced device leaves behind.
 *
 * <p>Source: {@code p1.md} sections 3 and 5.
 */
final class MbusLines {

  private static final int MICRO = 6;
  private static final String[] UNITS = {"GJ", "MJ", "kWh", "Wh"};

  /** Brackets of the DSMR 2.2 and 3.0 reading: time, status, period, count, code, unit, value. */
  private static final int OLD_UNIT = 5;

  private static final int OLD_VALUE = 6;

  private static final CosemObject[] READINGS = {
    CosemObject.MBUS_READING,
    CosemObject.MBUS_READING_NOT_CONVERTED,
    CosemObject.MBUS_READING_OLD,
    CosemObject.MBUS_READING_COLD
  };

  private record Counter(Optional<MeterTime> time, OptionalLong micro, Optional<String> unit) {
    static final Counter NONE =
        new Counter(Optional.empty(), OptionalLong.empty(), Optional.empty());
  }

  private final CosemLines lines;
  private final CosemValues values;

  MbusLines(CosemLines lines, CosemValues values) {
    this.lines = lines;
    this.values = values;
  }

  /** The devices by rising channel. */
  List<MbusChannel> channels() {
    List<MbusChannel> found = new ArrayList<>(2);
    for (int channel = 1; channel <= CosemObject.CHANNEL_MAX; channel++) {
      if (!lines.hasChannel(channel)) {
        continue;
      }
      MbusChannel device = channel(channel);
      boolean says =
          device.deviceType().isPresent()
              || device.id().isPresent()
              || device.time().isPresent()
              || device.valueMicro().isPresent();
      if (says) {
        found.add(device);
      }
    }
    return found;
  }

  /** An identifier of one and the same character is a place left free. */
  private static boolean isMasked(String id) {
    int same = 1;
    while (same < id.length() && id.charAt(same) == id.charAt(0)) {
      same++;
    }
    return same == id.length() && same > 3;
  }

  private MbusChannel channel(int channel) {
    OptionalInt type = values.integer(CosemObject.MBUS_TYPE.slot(channel), 0);
    Optional<String> id = values.text(CosemObject.MBUS_ID.slot(channel));
    if (id.isEmpty()) {
      id = values.text(CosemObject.MBUS_ID_BELGIUM.slot(channel));
    }
    Counter counter = counter(channel);
    return new MbusChannel(
        channel,
        type,
        id.isPresent() && isMasked(id.get()) ? Optional.empty() : id,
        values.text(CosemObject.MBUS_EAN.slot(channel)),
        counter.time(),
        counter.micro(),
        counter.unit(),
        values.integer(CosemObject.MBUS_VALVE.slot(channel), 0));
  }

  private Counter counter(int channel) {
    for (CosemObject object : READINGS) {
      int slot = object.slot(channel);
      if (lines.has(slot)) {
        boolean old = lines.count(slot) > OLD_VALUE;
        return counter(slot, old ? OLD_VALUE : lines.count(slot) - 1, old ? OLD_UNIT : -1);
      }
    }
    return Counter.NONE;
  }

  /** Reads a counter whose unit stands behind a star, or in a bracket of its own. */
  private Counter counter(int slot, int valueGroup, int unitGroup) {
    Optional<MeterTime> time = valueGroup > 0 ? values.time(slot, 0) : Optional.empty();
    if (values.isEmpty(slot, valueGroup)) {
      return new Counter(time, OptionalLong.empty(), Optional.empty());
    }
    int from = lines.start(slot, valueGroup);
    int to = lines.end(slot, valueGroup);
    int star = FixedPoint.find(lines.buffer(), from, to, '*');
    String unit =
        unitGroup >= 0 && !values.isEmpty(slot, unitGroup)
            ? unit(lines.start(slot, unitGroup), lines.end(slot, unitGroup))
            : unit(Math.min(star + 1, to), to);
    long value = FixedPoint.scaled(lines.buffer(), from, star, MICRO);
    if (unit.isEmpty() && value == 0) {
      return new Counter(time, OptionalLong.empty(), Optional.empty());
    }
    // Both marks of a number that is none are negative.
    if (unit.isEmpty() || value < 0) {
      values.drop(
          Reason.MALFORMED_VALUE, slot, valueGroup, "expected a number with m3, GJ, MJ or kWh");
      return new Counter(time, OptionalLong.empty(), Optional.empty());
    }
    return new Counter(time, OptionalLong.of(value), Optional.of(unit));
  }

  /** The unit in its usual spelling, or nothing when it is none of a counter. */
  private String unit(int from, int to) {
    byte[] in = lines.buffer();
    int length = to - from;
    // Superscript three comes as one byte (ISO 8859-1) or two (UTF-8).
    boolean cubic = length > 1 && (in[to - 1] == '3' || in[to - 1] == (byte) 0xB3);
    if (cubic && (in[from] | 0x20) == 'm' && (length == 2 || (length == 3 && in[from + 1] < 0))) {
      return "m3";
    }
    for (String unit : UNITS) {
      if (length == unit.length() && matches(in, from, unit)) {
        return unit;
      }
    }
    return "";
  }

  private static boolean matches(byte[] in, int from, String unit) {
    for (int i = 0; i < unit.length(); i++) {
      if ((in[from + i] | 0x20) != (unit.charAt(i) | 0x20)) {
        return false;
      }
    }
    return true;
  }
}
