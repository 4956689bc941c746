// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One interval while it fills, on its way into memory or onto the disk. Changeable, and used again
 * and again, so that a reading every second makes no garbage. Not thread safe.
 */
final class Interval {

  /** Counter that no reading had, and start of an interval that has not begun. */
  static final long ABSENT = -1;

  /** Length of {@link #write}, bytes. */
  static final int BYTES = 56;

  private static final int FLAG_FINISHED = 1;

  long startSecond = ABSENT;
  long sumMilliWatt;
  int readings;
  int minWatt;
  int maxWatt;
  long importWattHour = ABSENT;
  long exportWattHour = ABSENT;
  int gasLitre = (int) ABSENT;
  int waterLitre = (int) ABSENT;
  int series;
  int lagSeconds;

  boolean isOpen() {
    return startSecond != ABSENT;
  }

  void begin(long start) {
    reset();
    startSecond = start;
  }

  void reset() {
    startSecond = ABSENT;
    sumMilliWatt = 0;
    readings = 0;
    minWatt = 0;
    maxWatt = 0;
    importWattHour = ABSENT;
    exportWattHour = ABSENT;
    gasLitre = (int) ABSENT;
    waterLitre = (int) ABSENT;
    series = 0;
    lagSeconds = 0;
  }

  /** Takes a reading whose second lies in this interval. */
  void add(Values values, int seriesNumber, int lag) {
    if (values.hasPower) {
      int watt = toWatt(values.netMilliWatt, 1);
      minWatt = readings == 0 ? watt : Math.min(minWatt, watt);
      maxWatt = readings == 0 ? watt : Math.max(maxWatt, watt);
      sumMilliWatt += values.netMilliWatt;
      readings++;
    }
    importWattHour = values.importWattHour == ABSENT ? importWattHour : values.importWattHour;
    exportWattHour = values.exportWattHour == ABSENT ? exportWattHour : values.exportWattHour;
    gasLitre = values.gasLitre == ABSENT ? gasLitre : values.gasLitre;
    waterLitre = values.waterLitre == ABSENT ? waterLitre : values.waterLitre;
    series = seriesNumber;
    lagSeconds = lag;
  }

  /** Forgets the electricity counters of another meter. */
  void forgetEnergy() {
    importWattHour = ABSENT;
    exportWattHour = ABSENT;
  }

  HistoryRecord toRecord() {
    boolean power = readings > 0;
    return new HistoryRecord(
        startSecond,
        power ? OptionalInt.of(toWatt(sumMilliWatt, readings)) : OptionalInt.empty(),
        power ? OptionalInt.of(minWatt) : OptionalInt.empty(),
        power ? OptionalInt.of(maxWatt) : OptionalInt.empty(),
        optional(importWattHour),
        optional(exportWattHour),
        optional(gasLitre),
        optional(waterLitre),
        series,
        lagSeconds);
  }

  /** Mean in watt, half rounded up, in integers so that no reading is lost to rounding. */
  private static int toWatt(long milliWatt, int count) {
    return (int) Math.floorDiv(2 * milliWatt + 1000L * count, 2000L * count);
  }

  private static OptionalLong optional(long counter) {
    return counter == ABSENT ? OptionalLong.empty() : OptionalLong.of(counter);
  }

  void write(ByteBuffer out, boolean finished) {
    out.putLong(startSecond)
        .putLong(sumMilliWatt)
        .putInt(readings)
        .putInt(minWatt)
        .putInt(maxWatt)
        .putLong(importWattHour)
        .putLong(exportWattHour)
        .putInt(gasLitre)
        .putInt(waterLitre)
        .putShort((short) lagSeconds)
        .putShort((short) (finished ? FLAG_FINISHED : 0));
  }

  /** Reads what {@link #write} wrote, except the series; true when the interval is finished. */
  boolean read(ByteBuffer in) {
    startSecond = in.getLong();
    sumMilliWatt = in.getLong();
    readings = in.getInt();
    minWatt = in.getInt();
    maxWatt = in.getInt();
    importWattHour = in.getLong();
    exportWattHour = in.getLong();
    gasLitre = in.getInt();
    waterLitre = in.getInt();
    lagSeconds = in.getShort();
    return (in.getShort() & FLAG_FINISHED) != 0;
  }
}
