// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.config.WholeFile;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.status.ClockState;
import io.energydongle.store.RecordFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The minutes that the broker has missed, in memory and, every quarter of an hour, on the disk. A
 * record goes when the broker has acknowledged it, or when there are too many. After a crash some
 * records that were acknowledged come back, with the sequence numbers that they had.
 *
 * <p>Thread safe. The disk is never waited for while {@link #accept} waits.
 *
 * <p>Source: {@code platform.md} 1.5.
 */
final class Backlog {

  private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

  /** Seven days. */
  static final int RECORDS_MAX = 10_080;

  /** Records of one message. */
  static final int BATCH = 60;

  /** More than the minutes that pass before a silent broker is noticed. */
  private static final int UNSURE_MAX = 3;

  private static final int RECORDS_PER_FILE = 1_440;
  private static final int FULL_FILES_KEPT = 6;
  private static final int NUMBERS_RESERVED = 100_000;
  private static final String DIRECTORY = "backlog";
  private static final String NAME = "minutes";
  private static final String NUMBERS = "next-number";

  private static final class Entry {
    final MinuteRecord record;
    boolean saved;
    boolean sent;

    Entry(MinuteRecord record, boolean saved) {
      this.record = record;
      this.saved = saved;
    }
  }

  /**
   * Records to publish.
   *
   * @param records oldest first.
   * @param repeated whether each of them was sent before.
   * @param last sequence number of the newest.
   */
  record Batch(List<MinuteRecord> records, List<Boolean> repeated, long last) {}

  private final Path dir;
  private final RecordFile file;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Minute minute = new Minute();

  /** Minutes that the broker was thought to see, as long as that is not sure. */
  private final ArrayDeque<MinuteRecord> unsure = new ArrayDeque<>();

  /** Newest sequence number of each file on the disk. */
  private final TreeMap<Long, Long> lastInFile = new TreeMap<>();

  /** Held while the disk works; always taken before the monitor of this. */
  private final Object disk = new Object();

  private long next;
  private long reserved;
  private long lost;
  private boolean diskFault;

  /** The backlog of a state directory, whatever state it is in. */
  Backlog(Path stateDir) {
    dir = stateDir.resolve(DIRECTORY);
    file =
        new RecordFile(
            dir, NAME, MinuteRecord.VERSION, MinuteRecord.BYTES, RECORDS_PER_FILE, FULL_FILES_KEPT);
    file.readAll(
        payload -> {
          MinuteRecord record = MinuteRecord.read(payload);
          if (!record.isPossible()) {
            return;
          }
          entries.add(new Entry(record, true));
          lastInFile.merge(file.currentFile(), record.sequence(), Math::max);
          next = Math.max(next, record.sequence() + 1);
        });
    while (entries.size() > RECORDS_MAX) {
      entries.removeFirst();
    }
    next = Math.max(next, storedNumber());
    reserved = next;
  }

  private long storedNumber() {
    try {
      String text = Files.readString(dir.resolve(NUMBERS), StandardCharsets.US_ASCII).strip();
      return Math.max(1, Long.parseLong(text));
    } catch (NoSuchFileException e) {
      return 1;
    } catch (IOException | NumberFormatException e) {
      LOG.error("{} cannot be read: {}", dir.resolve(NUMBERS), e.toString());
      return 1;
    }
  }

  /** Takes a reading. Never touches the disk. */
  synchronized void accept(MeterSnapshot snapshot, boolean online, ClockState clock) {
    if (minute.endsBefore(snapshot.reception().receivedAt().getEpochSecond())) {
      endMinute();
    }
    if (!online) {
      minute.miss();
    }
    minute.add(snapshot, clock);
  }

  /** The broker is not there. */
  synchronized void miss() {
    minute.miss();
  }

  /**
   * The broker was last heard of at that second, which is long ago when it fell silent instead of
   * closing; what was published since may have reached nobody.
   */
  synchronized void missSince(long second) {
    unsure.stream().filter(record -> record.endSecond() > second).forEach(this::keep);
    unsure.clear();
    minute.miss();
  }

  private void endMinute() {
    boolean missed = minute.missed();
    minute
        .end()
        .ifPresent(
            record -> {
              if (missed) {
                keep(record);
              } else {
                unsure.add(record);
                if (unsure.size() > UNSURE_MAX) {
                  unsure.removeFirst();
                }
              }
            });
  }

  private void keep(MinuteRecord record) {
    entries.add(new Entry(record.withSequence(next++), false));
    if (entries.size() > RECORDS_MAX) {
      entries.removeFirst();
      lost++;
    }
  }

  synchronized int size() {
    return entries.size();
  }

  /** Records dropped because there were too many. */
  synchronized long lost() {
    return lost;
  }

  /** The oldest records, at most {@link #BATCH}; they stay until {@link #acknowledge}. */
  Batch oldest() {
    synchronized (disk) {
      reserve();
      synchronized (this) {
        List<MinuteRecord> records = new ArrayList<>();
        List<Boolean> repeated = new ArrayList<>();
        long last = 0;
        Iterator<Entry> each = entries.iterator();
        while (each.hasNext() && records.size() < BATCH) {
          Entry entry = each.next();
          records.add(entry.record);
          repeated.add(entry.sent);
          entry.sent = true;
          last = entry.record.sequence();
        }
        return new Batch(records, repeated, last);
      }
    }
  }

  /** The broker has everything up to that number. */
  void acknowledge(long last) {
    synchronized (disk) {
      List<Long> finished = new ArrayList<>();
      synchronized (this) {
        while (!entries.isEmpty() && entries.getFirst().record.sequence() <= last) {
          entries.removeFirst();
        }
        for (Map.Entry<Long, Long> each : lastInFile.entrySet()) {
          if (each.getValue() <= last) {
            finished.add(each.getKey());
          }
        }
      }
      for (long number : finished) {
        try {
          file.deleteFile(number);
          lastInFile.remove(number);
        } catch (IOException e) {
          LOG.error("a file of the backlog could not be deleted: {}", e.toString());
        }
      }
    }
  }

  /**
   * Makes sure that no number is used twice, even when the power goes between a message and the
   * next save: numbers are reserved by the hundred thousand.
   */
  private void reserve() {
    long wanted;
    synchronized (this) {
      if (next < reserved || entries.isEmpty()) {
        return;
      }
      wanted = next + NUMBERS_RESERVED;
    }
    try {
      Files.createDirectories(dir);
      WholeFile.write(
          dir.resolve(NUMBERS), Long.toString(wanted).getBytes(StandardCharsets.US_ASCII));
      reserved = wanted;
    } catch (IOException e) {
      complain(e);
    }
  }

  /** Saves what is new, in one write. To be called every 15 minutes. Never throws. */
  void flush() {
    synchronized (disk) {
      List<Entry> unsaved = new ArrayList<>();
      ByteBuffer payloads;
      synchronized (this) {
        entries.stream().filter(entry -> !entry.saved).forEach(unsaved::add);
        payloads = ByteBuffer.allocate(unsaved.size() * MinuteRecord.BYTES);
        unsaved.forEach(entry -> entry.record.write(payloads));
      }
      if (unsaved.isEmpty()) {
        return;
      }
      reserve();
      long last = unsaved.get(unsaved.size() - 1).record.sequence();
      long before = Math.max(1, file.currentFile());
      try {
        file.append(payloads.flip());
        diskFault = false;
        synchronized (this) {
          unsaved.forEach(entry -> entry.saved = true);
        }
      } catch (IOException e) {
        complain(e);
      }
      for (long number = before; number <= file.currentFile(); number++) {
        lastInFile.merge(number, last, Math::max);
      }
      while (lastInFile.size() > FULL_FILES_KEPT + 1) {
        lastInFile.pollFirstEntry();
      }
    }
  }

  /** Saves everything, the running minute too. To be called at a clean stop. */
  void close() {
    synchronized (this) {
      endMinute();
    }
    flush();
  }

  private void complain(IOException e) {
    if (!diskFault) {
      LOG.error("what waits for the broker could not be saved: {}", e.toString());
    }
    diskFault = true;
  }

  /** Forgets all records, in memory and on the disk; the numbers go on. */
  void clear() throws IOException {
    synchronized (disk) {
      synchronized (this) {
        entries.clear();
        unsure.clear();
        minute.end();
      }
      lastInFile.clear();
      file.clear();
    }
  }
}
