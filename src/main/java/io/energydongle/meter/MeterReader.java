// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.LineSetting;
import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Rejection;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.serial.MeterPort;
import io.energydongle.serial.MeterPorts;
import io.energydongle.serial.PortException;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.snapshot.SnapshotStore;
import io.energydongle.status.MeterStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reader thread: opens the port, reads, publishes, and does so for ever. A port that is
 * missing, taken or lost is tried again with growing pauses; nothing but {@link #stop()} ends it.
 */
public final class MeterReader implements Runnable {

  /** Pauses between attempts to open the port, in seconds; the last one repeats. */
  private static final int[] RETRY_SECONDS = {1, 2, 5};

  /** Silence inside a telegram after which it will not be completed. */
  private static final Duration FRAME_GAP_MAX = Duration.ofSeconds(2);

  private static final int BUFFER_BYTES = 4096;

  private final MeterPorts ports;
  private final SnapshotStore store;
  private final LastGoodLine lastGood;
  private final MeterDiagnosis diagnosis;
  private final Clock clock;
  private final MonotonicClock monotonic;
  private final LineSearch search;
  private MeterPipeline pipeline;

  /** Settings to go over to; null when there are none. */
  private final AtomicReference<@Nullable MeterSettings> nextSettings = new AtomicReference<>();

  private final CountDownLatch stopped = new CountDownLatch(1);

  private long lastByteNanos;
  private long goodGroups;
  private boolean bytesPending;
  private volatile long turns;

  /**
   * A reader.
   *
   * @param kind what the meter speaks; {@link Kind#UNKNOWN} for finding out.
   * @param candidates line settings to try.
   * @param onStatus told of every change of state, on the reader thread; must be quick.
   */
  public MeterReader(
      MeterPorts ports,
      Kind kind,
      List<LineSetting> candidates,
      LastGoodLine lastGood,
      MeterSettings settings,
      SnapshotStore store,
      Consumer<MeterStatus> onStatus,
      Clock clock,
      MonotonicClock monotonic) {
    this.ports = ports;
    this.store = store;
    this.lastGood = lastGood;
    this.clock = clock;
    this.monotonic = monotonic;
    this.search = new LineSearch(candidates, lastGood.load(), monotonic.nanos());
    this.pipeline = new MeterPipeline(kind, true, settings, new Publisher());
    this.diagnosis = new MeterDiagnosis(ports.name(), kind, settings, pipeline, onStatus);
  }

  @Override
  public void run() {
    int failures = 0;
    while (running()) {
      turn();
      try (MeterPort port = ports.open(search.current())) {
        failures = 0;
        search.reopened(monotonic.nanos());
        diagnosis.opened(search.current(), monotonic.nanos());
        readUntilLineChanges(port);
      } catch (PortException e) {
        diagnosis.noPort(e.finding(), e.advice());
        pause(RETRY_SECONDS[Math.min(failures, RETRY_SECONDS.length - 1)]);
        failures++;
      }
      if (running()) {
        pipeline.endOfInput();
        bytesPending = false;
      }
    }
  }

  /** Goes over to other settings within about a second; a telegram that is half read is lost. */
  public void use(MeterSettings settings) {
    nextSettings.set(settings);
  }

  /**
   * How often it has gone round: some times a second with a port, at least every six seconds
   * without one, whether or not a meter speaks. For the watchdog.
   */
  public long turns() {
    return turns;
  }

  /** Only the reader thread counts. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void turn() {
    turns++;
  }

  private void useNextSettings() {
    MeterSettings settings = nextSettings.getAndSet(null);
    if (settings != null) {
      pipeline = pipeline.with(settings);
      goodGroups = 0;
      diagnosis.use(settings, pipeline);
    }
  }

  /** Ends the thread within about a second. */
  public void stop() {
    stopped.countDown();
  }

  private void readUntilLineChanges(MeterPort port) throws PortException {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (running()) {
      int count = port.read(buffer);
      turn();
      useNextSettings();
      long now = monotonic.nanos();
      if (count > 0) {
        search.bytes(buffer, count, now);
        bytesPending = true;
        lastByteNanos = now;
        diagnosis.bytes(buffer, count);
        pipeline.feed(buffer, 0, count, clock.instant(), now);
        noticeGroups(now);
      } else if (bytesPending && now - lastByteNanos > FRAME_GAP_MAX.toNanos()) {
        pipeline.endOfInput();
        bytesPending = false;
      }
      diagnosis.look(now);
      if (search.lockEnded(now)) {
        pipeline.restart();
      }
      if (search.moveOn(now)) {
        diagnosis.lineGivenUp();
        pipeline.restart();
        return;
      }
    }
  }

  /** Good groups of TIC show that the line is right, long before the frame is complete. */
  private void noticeGroups(long now) {
    long groups = pipeline.goodGroups();
    if (groups > goodGroups && pipeline.kind() == Kind.TIC) {
      search.understood(Kind.TIC, now);
      diagnosis.goodGroups(groups - goodGroups, now);
    }
    goodGroups = groups;
  }

  private boolean running() {
    return stopped.getCount() > 0;
  }

  private void pause(int seconds) {
    try {
      stopped.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped.countDown();
    }
  }

  /** Takes what the pipeline makes of the bytes. */
  private final class Publisher implements TelegramListener {
    @Override
    public void accepted(MeterSnapshot snapshot) {
      store.publish(snapshot);
      search.understood(pipeline.kind(), snapshot.reception().receivedNanos());
      lastGood.save(search.current());
      diagnosis.accepted(snapshot);
    }

    @Override
    public void dropped(Rejection rejection) {
      diagnosis.dropped(rejection, monotonic.nanos());
    }

    @Override
    public void rejected(Rejection rejection) {
      if (rejection.reason().isFrame()) {
        search.understood(pipeline.kind(), monotonic.nanos());
      }
      diagnosis.rejected(rejection, monotonic.nanos());
    }
  }
}
