// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import io.energydongle.store.RecordFile;
import java.nio.ByteBuffer;

/**
 * The past in one resolution: finished intervals, the running one, and how much of both the disk
 * has. On the disk the order of writing counts: a record replaces every earlier one that starts at
 * the same time or later. So a running interval can be saved as far as it is, and records of a
 * clock that was wrong go without anything being rewritten. Not thread safe.
 */
final class Track {

  /** Interval, series (4 bytes) and mark of the meter (8 bytes). */
  static final int PAYLOAD_BYTES = Interval.BYTES + Integer.BYTES + Long.BYTES;

  private static final int BATCH_RECORDS = 1024;

  /**
   * Records for the disk.
   *
   * @param payloads what to append, made up as {@link RecordFile#append} takes it.
   * @param upTo finished records that the disk has afterwards, counted since the start.
   * @param drops as {@link #drops} was when this was made.
   * @param complete nothing is left for another turn.
   */
  record Unsaved(ByteBuffer payloads, long upTo, int drops, boolean complete) {}

  private final Resolution resolution;
  private final RecordRing ring;
  private final Interval scratch = new Interval();
  private Interval running = new Interval();
  private long appended;
  private long saved;
  private boolean runningUnsaved;

  /** How often records were dropped because of the clock. */
  private int drops;

  Track(Resolution resolution) {
    this.resolution = resolution;
    ring = new RecordRing(resolution.capacity());
  }

  Resolution resolution() {
    return resolution;
  }

  RecordRing ring() {
    return ring;
  }

  /** True when a reading of that time would lie in or before an interval that is finished. */
  boolean isBehind(long second) {
    if (running.isOpen()) {
      return second < running.startSecond;
    }
    return ring.size() > 0 && second < ring.newestStart() + resolution.seconds();
  }

  /** How much was recorded from the interval of {@code second} on. */
  long recordedSecondsFrom(long second) {
    int finished = ring.size() - ring.indexFrom(resolution.startOf(second));
    return (long) resolution.seconds() * (finished + (running.isOpen() ? 1 : 0));
  }

  /** Drops every interval from that of {@code second} on. */
  void dropFrom(long second) {
    long start = resolution.startOf(second);
    if (running.startSecond >= start) {
      running.reset();
      runningUnsaved = false;
    }
    while (ring.newestStart() >= start) {
      ring.dropNewest();
      appended--;
    }
    saved = Math.min(saved, appended);
    drops++;
  }

  /** Takes a reading that is not behind. */
  void accept(long second, Values values, int series, boolean newSeries) {
    long start = resolution.startOf(second);
    if (running.isOpen() && running.startSecond != start) {
      ring.append(running);
      appended++;
      running.reset();
    }
    if (!running.isOpen()) {
      running.begin(start);
    }
    if (newSeries) {
      running.forgetEnergy();
    }
    running.add(values, series, (int) (start + resolution.seconds() - second));
    runningUnsaved = true;
  }

  /** Takes a payload from the disk, in the order in which they were written. */
  void restore(ByteBuffer payload, Series series) {
    Interval next = new Interval();
    boolean finished = next.read(payload);
    next.series = payload.getInt();
    if (!History.isPlausible(next.startSecond)
        || next.startSecond != resolution.startOf(next.startSecond)) {
      return;
    }
    series.restore(next, payload.getLong());
    if (running.isOpen() && running.startSecond < next.startSecond) {
      ring.append(running);
    }
    running.reset();
    while (ring.newestStart() >= next.startSecond) {
      ring.dropNewest();
    }
    if (finished) {
      ring.append(next);
    } else {
      running = next;
    }
    appended = ring.size();
    saved = appended;
  }

  /** What the disk does not have yet; at most about a thousand records at a time. */
  Unsaved unsaved(Series series) {
    int first = (int) Math.max(0, ring.size() - (appended - saved));
    int end = Math.min(ring.size(), first + BATCH_RECORDS);
    boolean complete = end == ring.size();
    boolean withRunning = complete && running.isOpen() && runningUnsaved;
    ByteBuffer payloads =
        ByteBuffer.allocate((end - first + (withRunning ? 1 : 0)) * PAYLOAD_BYTES);
    for (int i = first; i < end; i++) {
      ring.copyTo(i, scratch);
      write(payloads, scratch, true, series);
    }
    if (withRunning) {
      write(payloads, running, false, series);
      runningUnsaved = false;
    }
    return new Unsaved(payloads.flip(), appended - (ring.size() - end), drops, complete);
  }

  private static void write(ByteBuffer out, Interval interval, boolean finished, Series series) {
    interval.write(out, finished);
    out.putInt(interval.series).putLong(series.markOf(interval.series));
  }

  /** The disk took it. */
  void saved(Unsaved unsaved) {
    // Dropped meanwhile: what came in its place is written again, which does no harm.
    if (unsaved.drops() == drops) {
      saved = unsaved.upTo();
    }
  }

  /** The disk did not take it, or not all of it. */
  void notSaved() {
    runningUnsaved = running.isOpen();
  }

  void clear() {
    ring.dropAll();
    running.reset();
    appended = 0;
    saved = 0;
    runningUnsaved = false;
    drops++;
  }
}
