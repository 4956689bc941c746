// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * Finished intervals by rising start, at most a fixed number; the oldest makes room. Columns of
 * primitives, because 38 400 objects would take several times the memory. Also a list that makes
 * its records when they are asked for. Not thread safe; copies never change.
 */
final class RecordRing extends AbstractList<HistoryRecord> implements RandomAccess {

  private static final int SECONDS_PER_MINUTE = 60;

  private final int[] startMinute;
  private final long[] sumMilliWatt;
  private final int[] readings;
  private final int[] minWatt;
  private final int[] maxWatt;
  private final long[] importWattHour;
  private final long[] exportWattHour;
  private final int[] gasLitre;
  private final int[] waterLitre;
  private final int[] series;
  private final short[] lagSeconds;
  private int oldest;
  private int count;

  RecordRing(int capacity) {
    startMinute = new int[capacity];
    sumMilliWatt = new long[capacity];
    readings = new int[capacity];
    minWatt = new int[capacity];
    maxWatt = new int[capacity];
    importWattHour = new long[capacity];
    exportWattHour = new long[capacity];
    gasLitre = new int[capacity];
    waterLitre = new int[capacity];
    series = new int[capacity];
    lagSeconds = new short[capacity];
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public HistoryRecord get(int index) {
    Interval interval = new Interval();
    copyTo(index, interval);
    return interval.toRecord();
  }

  long startSecond(int index) {
    return (long) startMinute[at(index)] * SECONDS_PER_MINUTE;
  }

  /** Start of the newest; {@link Interval#ABSENT} when there is none. */
  long newestStart() {
    return count == 0 ? Interval.ABSENT : startSecond(count - 1);
  }

  /** Appends an interval that starts later than all others. */
  void append(Interval from) {
    if (count > 0 && from.startSecond <= newestStart()) {
      throw new IllegalArgumentException(from.startSecond + " is not after " + newestStart());
    }
    if (count == startMinute.length) {
      oldest = (oldest + 1) % startMinute.length;
      count--;
    }
    count++;
    int at = at(count - 1);
    startMinute[at] = (int) (from.startSecond / SECONDS_PER_MINUTE);
    sumMilliWatt[at] = from.sumMilliWatt;
    readings[at] = from.readings;
    minWatt[at] = from.minWatt;
    maxWatt[at] = from.maxWatt;
    importWattHour[at] = from.importWattHour;
    exportWattHour[at] = from.exportWattHour;
    gasLitre[at] = from.gasLitre;
    waterLitre[at] = from.waterLitre;
    series[at] = from.series;
    lagSeconds[at] = (short) from.lagSeconds;
  }

  void copyTo(int index, Interval to) {
    int at = at(index);
    to.startSecond = startSecond(index);
    to.sumMilliWatt = sumMilliWatt[at];
    to.readings = readings[at];
    to.minWatt = minWatt[at];
    to.maxWatt = maxWatt[at];
    to.importWattHour = importWattHour[at];
    to.exportWattHour = exportWattHour[at];
    to.gasLitre = gasLitre[at];
    to.waterLitre = waterLitre[at];
    to.series = series[at];
    to.lagSeconds = lagSeconds[at];
  }

  /** Drops the newest. */
  void dropNewest() {
    count--;
  }

  void dropAll() {
    count = 0;
  }

  /** Index of the first record that starts at {@code second} or later; the size when none does. */
  int indexFrom(long second) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (startSecond(middle) < second) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** A copy of the records {@code from} up to {@code to}, which is not part of it. */
  RecordRing copy(int from, int to) {
    RecordRing copy = new RecordRing(Math.max(0, to - from));
    for (int i = from; i < to; i++) {
      int source = at(i);
      int target = i - from;
      copy.startMinute[target] = startMinute[source];
      copy.sumMilliWatt[target] = sumMilliWatt[source];
      copy.readings[target] = readings[source];
      copy.minWatt[target] = minWatt[source];
      copy.maxWatt[target] = maxWatt[source];
      copy.importWattHour[target] = importWattHour[source];
      copy.exportWattHour[target] = exportWattHour[source];
      copy.gasLitre[target] = gasLitre[source];
      copy.waterLitre[target] = waterLitre[source];
      copy.series[target] = series[source];
      copy.lagSeconds[target] = lagSeconds[source];
    }
    copy.count = copy.startMinute.length;
    return copy;
  }

  private int at(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("record " + index + " of " + count);
    }
    return (oldest + index) % startMinute.length;
  }
}
