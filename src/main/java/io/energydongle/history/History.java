// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.store.RecordFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The past of one connection, in minutes and quarter-hours. Bounded in memory (about 2.3 MB) and on
 * the disk (about 7 MB).
 *
 * <p>Thread safe. The disk is never waited for while {@link #accept} or {@link #query} wait.
 *
 * <p>What is recorded when:
 *
 * <ul>
 *   <li>Readings count by the host's clock. One before 2026 or after 2099 is not set, and nothing
 *       is recorded.
 *   <li>A clock that is behind what was recorded already is doubted (see {@link ClockDoubt}):
 *       recording pauses until it has caught up, or has run on steadily for as long as the records
 *       in its future last, at least 15 minutes and at most 12 hours. Then those records are
 *       dropped and recording goes on.
 *   <li>A running interval is saved as far as it is and goes on after a restart.
 * </ul>
 */
public final class History {

  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  private static final String DIRECTORY = "history";
  private static final int FORMAT_VERSION = 1;

  private static final long EARLIEST_SECOND =
      Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
  private static final long LATEST_SECOND = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();

  /** One resolution and where it is saved. */
  private record Part(Track track, RecordFile file) {}

  /** Held for moments only, never while the disk works. */
  private final Object memory = new Object();

  /** Held while the disk works; always taken before {@link #memory}. */
  private final Object disk = new Object();

  private final List<Part> parts;
  private final Series series = new Series();
  private final ClockDoubt doubt = new ClockDoubt();
  private volatile Optional<String> fault = Optional.empty();

  private History(Path dir) {
    parts =
        List.of(
            new Part(new Track(Resolution.MINUTE), file(dir, Resolution.MINUTE)),
            new Part(new Track(Resolution.QUARTER), file(dir, Resolution.QUARTER)));
  }

  private static RecordFile file(Path dir, Resolution resolution) {
    return new RecordFile(
        dir,
        resolution.code(),
        FORMAT_VERSION,
        Track.PAYLOAD_BYTES,
        resolution.recordsPerFile(),
        resolution.filesKept());
  }

  /**
   * Opens the history of a state directory, whatever state it is in: what cannot be read is left
   * out and logged.
   */
  public static History open(Path stateDir) {
    History history = new History(stateDir.resolve(DIRECTORY));
    for (Part part : history.parts) {
      part.file().readAll(payload -> part.track().restore(payload, history.series));
    }
    return history;
  }

  static boolean isPlausible(long second) {
    return second >= EARLIEST_SECOND && second < LATEST_SECOND;
  }

  /** Takes a reading. Never touches the disk and never throws. */
  public void accept(MeterSnapshot snapshot) {
    long second = snapshot.reception().receivedAt().getEpochSecond();
    Values values = new Values(snapshot);
    if (!isPlausible(second) || values.isEmpty()) {
      return;
    }
    synchronized (memory) {
      if (isBehind(second)) {
        long recorded = 0;
        for (Part part : parts) {
          recorded = Math.max(recorded, part.track().recordedSecondsFrom(second));
        }
        if (!doubt.believes(second, snapshot.reception().receivedNanos(), recorded)) {
          return;
        }
        LOG.warn(
            "the clock was ahead: dropping the history from {} on", Instant.ofEpochSecond(second));
        parts.forEach(part -> part.track().dropFrom(second));
      }
      doubt.end();
      boolean newSeries = series.startsWith(snapshot.meter(), values);
      parts.forEach(part -> part.track().accept(second, values, series.number(), newSeries));
    }
  }

  private boolean isBehind(long second) {
    return parts.stream().anyMatch(part -> part.track().isBehind(second));
  }

  private Track track(Resolution resolution) {
    return parts.stream()
        .map(Part::track)
        .filter(track -> track.resolution() == resolution)
        .findFirst()
        .orElseThrow();
  }

  /**
   * The finished intervals that start in a span of time, oldest first, each start once. The running
   * interval is not among them. The list never changes and is compact; its records are made when
   * they are asked for.
   *
   * @param fromSecond seconds since 1970, inclusive.
   * @param toSecond seconds since 1970, exclusive.
   */
  public List<HistoryRecord> query(Resolution resolution, long fromSecond, long toSecond) {
    return query(resolution, fromSecond, toSecond, Integer.MAX_VALUE);
  }

  /** The same, but no more than the oldest {@code limit} of them. */
  List<HistoryRecord> query(Resolution resolution, long fromSecond, long toSecond, int limit) {
    synchronized (memory) {
      RecordRing ring = track(resolution).ring();
      int from = ring.indexFrom(fromSecond);
      int to = Math.max(from, ring.indexFrom(toSecond));
      return ring.copy(from, to - from > limit ? from + limit : to);
    }
  }

  /**
   * Saves what is new since last time, at the cost of one write per resolution. To be called every
   * 15 minutes and at a clean stop: a power cut loses what came since. Never throws; see {@link
   * #fault()}.
   */
  public void flush() {
    synchronized (disk) {
      Optional<String> found = Optional.empty();
      for (Part part : parts) {
        try {
          save(part);
        } catch (IOException e) {
          synchronized (memory) {
            part.track().notSaved();
          }
          if (fault.isEmpty() && found.isEmpty()) {
            LOG.error("history not saved: {}", e.toString());
          }
          found = Optional.of(sentence(e));
        }
      }
      if (fault.isPresent() && found.isEmpty()) {
        LOG.info("the history is saved again");
      }
      fault = found;
    }
  }

  private void save(Part part) throws IOException {
    boolean complete = false;
    while (!complete) {
      Track.Unsaved unsaved;
      synchronized (memory) {
        unsaved = part.track().unsaved(series);
      }
      if (unsaved.payloads().hasRemaining()) {
        part.file().append(unsaved.payloads());
      }
      synchronized (memory) {
        part.track().saved(unsaved);
      }
      complete = unsaved.complete();
    }
  }

  private static String sentence(IOException e) {
    return "The history could not be saved ("
        + reason(e)
        + "); what is new is kept in memory and lost when the power goes off. Everything else works"
        + " on. Check that the disk is neither full nor read-only";
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  /** A sentence for people while the disk does not take the history; empty when all is saved. */
  public Optional<String> fault() {
    return fault;
  }

  /**
   * Forgets everything, in memory and on the disk.
   *
   * @throws IOException when files could not be deleted; the memory is cleared all the same.
   */
  public void clear() throws IOException {
    synchronized (disk) {
      synchronized (memory) {
        parts.forEach(part -> part.track().clear());
        series.clear();
        doubt.end();
      }
      for (Part part : parts) {
        part.file().clear();
      }
    }
  }
}
