// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.process.ChildProcess;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.status.ClockState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the clock of the board is worth. The system is asked every ten seconds until it is
 * synchronised and once a minute then; everybody else gets the last answer.
 *
 * <p>Source: {@code platform.md} section 2, "Clock".
 */
final class HostClock implements Supplier<ClockState> {

  private static final Logger LOG = LoggerFactory.getLogger(HostClock.class);

  private static final Path SYNCHRONISED = Path.of("/run/systemd/timesync/synchronized");
  private static final List<String> ASK =
      List.of("timedatectl", "show", "-p", "NTPSynchronized", "--value");
  private static final int ASK_SECONDS_MAX = 5;
  private static final int ANSWER_BYTES_MAX = 64;
  private static final Duration UNTIL_SYNCHRONISED = Duration.ofSeconds(10);
  private static final Duration ONCE_SYNCHRONISED = Duration.ofSeconds(60);
  private static final Duration METER_DIFFERENCE_MAX = Duration.ofHours(1);

  private final Path flag;
  private final List<String> ask;
  private final Instant earliest;
  private final Supplier<Optional<MeterSnapshot>> newest;
  private final Clock clock;
  private volatile ClockState state;
  private volatile @Nullable Process asked;

  /**
   * A clock of which little is known before the first {@link #update()}.
   *
   * @param built when this program was built; it cannot be earlier now.
   * @param stateDir holds files that were written in the past.
   * @param newest newest reading, whose meter has a clock too.
   */
  HostClock(Instant built, Path stateDir, Supplier<Optional<MeterSnapshot>> newest, Clock clock) {
    this(SYNCHRONISED, ASK, built, stateDir, newest, clock);
  }

  HostClock(
      Path flag,
      List<String> ask,
      Instant built,
      Path stateDir,
      Supplier<Optional<MeterSnapshot>> newest,
      Clock clock) {
    this.flag = flag;
    this.ask = ask;
    this.newest = newest;
    this.clock = clock;
    Instant written = newestFile(stateDir);
    earliest = written.isAfter(built) ? written : built;
    state = plausible();
  }

  private static Instant newestFile(Path dir) {
    Instant newest = Instant.EPOCH;
    if (!Files.isDirectory(dir)) {
      return newest;
    }
    try (Stream<Path> files = Files.walk(dir, 2)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        newest = written.isAfter(newest) ? written : newest;
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      LOG.debug("{} cannot be looked through: {}", dir, e.toString());
    }
    return newest;
  }

  /** Time from one {@link #update} to the next. */
  Duration pause() {
    return state == ClockState.SYNCHRONISED ? ONCE_SYNCHRONISED : UNTIL_SYNCHRONISED;
  }

  /** Asks the system once, which takes some milliseconds, and five seconds at most. */
  void update() throws InterruptedException {
    ClockState found = isSynchronised() ? ClockState.SYNCHRONISED : plausible();
    if (found != state) {
      LOG.info("the clock is {}", found.code());
    }
    state = found;
  }

  /** Waits no longer for an answer. */
  void stop() {
    Process waiting = asked;
    if (waiting != null) {
      waiting.destroyForcibly();
    }
  }

  /** The last answer; never waits. */
  @Override
  public ClockState get() {
    return state;
  }

  private boolean isSynchronised() throws InterruptedException {
    if (Files.exists(flag)) {
      return true;
    }
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(ask).redirectErrorStream(true);
      // It would report its own failure as that of the service.
      builder.environment().remove("NOTIFY_SOCKET");
      process = ChildProcess.start(builder);
      asked = process;
      process.getOutputStream().close();
    } catch (IOException e) {
      return false; // No systemd here.
    }
    try (InputStream out = process.getInputStream()) {
      if (!process.waitFor(ASK_SECONDS_MAX, TimeUnit.SECONDS)) {
        return false;
      }
      String answer =
          new String(out.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.US_ASCII).strip();
      return answer.equals("yes");
    } catch (IOException e) {
      return false;
    } finally {
      asked = null;
      process.destroyForcibly();
    }
  }

  private ClockState plausible() {
    Instant now = clock.instant();
    return now.isBefore(earliest) || meterContradicts()
        ? ClockState.IMPLAUSIBLE
        : ClockState.PLAUSIBLE;
  }

  private boolean meterContradicts() {
    return newest
        .get()
        .filter(
            snapshot ->
                !snapshot.notes().contains(Note.METER_CLOCK_UNSET)
                    && !snapshot.notes().contains(Note.METER_CLOCK_DEGRADED))
        .flatMap(
            snapshot ->
                snapshot
                    .meterTime()
                    .flatMap(time -> time.instant())
                    .map(time -> Duration.between(time, snapshot.reception().receivedAt()).abs()))
        .filter(difference -> difference.compareTo(METER_DIFFERENCE_MAX) > 0)
        .isPresent();
  }
}
