// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import io.energydongle.snapshot.MeterIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Which counters belong together. Another meter, or electricity counters that went back, start a
 * new series. Knows a meter again after a restart by a hash, so that no serial number is saved. Not
 * thread safe.
 */
final class Series {

  /** Mark of a series whose meter is not known any more. */
  static final long UNKNOWN_METER = 0;

  private int number;
  private long mark = UNKNOWN_METER;
  private @Nullable MeterIdentity meter;
  private long importWattHour = Interval.ABSENT;
  private long exportWattHour = Interval.ABSENT;

  /** Number of the running series; 0 before the first reading. */
  int number() {
    return number;
  }

  /** Stands for the meter of a series on the disk. */
  long markOf(int series) {
    return series == number ? mark : UNKNOWN_METER;
  }

  void clear() {
    number = 0;
    mark = UNKNOWN_METER;
    meter = null;
    importWattHour = Interval.ABSENT;
    exportWattHour = Interval.ABSENT;
  }

  /** Takes a record from the disk. */
  void restore(Interval interval, long savedMark) {
    if (interval.series < number) {
      return;
    }
    if (interval.series > number) {
      clear();
      number = interval.series;
    }
    mark = savedMark == UNKNOWN_METER ? mark : savedMark;
    // Two files tell of one series, and counters only grow within it.
    importWattHour = Math.max(importWattHour, interval.importWattHour);
    exportWattHour = Math.max(exportWattHour, interval.exportWattHour);
  }

  /** Takes a reading; true when it starts a new series. */
  boolean startsWith(MeterIdentity now, Values values) {
    boolean same = isSame(now);
    boolean goesOn =
        number > 0
            && same
            && !fell(importWattHour, values.importWattHour)
            && !fell(exportWattHour, values.exportWattHour);
    if (!goesOn) {
      number++;
      importWattHour = Interval.ABSENT;
      exportWattHour = Interval.ABSENT;
    }
    if (!same || meter == null || now.serial().isPresent()) {
      remember(now);
    }
    importWattHour = later(importWattHour, values.importWattHour);
    exportWattHour = later(exportWattHour, values.exportWattHour);
    return !goesOn;
  }

  /** A telegram that leaves the serial number out is no reason to see another meter. */
  private boolean isSame(MeterIdentity now) {
    if (meter == null) {
      return mark == hash(now);
    }
    boolean serialLeftOut = now.serial().isEmpty() && now.ident().equals(meter.ident());
    return serialLeftOut || meter.sameMeter(now);
  }

  private void remember(MeterIdentity now) {
    if (meter == null || !meter.sameMeter(now)) {
      mark = hash(now);
    }
    meter = now;
  }

  private static boolean fell(long before, long now) {
    return now != Interval.ABSENT && now < before;
  }

  private static long later(long before, long now) {
    return now == Interval.ABSENT ? before : now;
  }

  private static long hash(MeterIdentity meter) {
    String text = meter.ident() + '\n' + meter.serial().orElse("");
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      long first = ByteBuffer.wrap(sha).getLong();
      return first == UNKNOWN_METER ? 1 : first;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
