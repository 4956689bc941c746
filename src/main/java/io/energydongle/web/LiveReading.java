// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.reading.ReadingJson;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MonotonicClock;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest reading as JSON, made once per telegram; a request only adds its age. Whoever waits
 * for the next one is woken by it.
 */
final class LiveReading {

  /** A reading without its closing brace, and the snapshot it was made of. */
  @SuppressWarnings("ArrayRecordComponent") // never handed out, never compared
  private record Prepared(MeterSnapshot snapshot, byte[] open) {}

  private final MonotonicClock clock;
  private @Nullable Prepared newest;

  LiveReading(MonotonicClock clock) {
    this.clock = clock;
  }

  /** Takes the next reading. */
  void accept(MeterSnapshot snapshot) {
    byte[] json = ReadingJson.toBytes(snapshot);
    Prepared prepared = new Prepared(snapshot, Arrays.copyOf(json, json.length - 1));
    synchronized (this) {
      newest = prepared;
      notifyAll();
    }
  }

  /** The newest snapshot; empty before the first telegram. */
  synchronized Optional<MeterSnapshot> snapshot() {
    return newest == null ? Optional.empty() : Optional.of(newest.snapshot);
  }

  /** The newest reading with {@code age_s} and {@code stale}; empty before the first telegram. */
  Optional<byte[]> json() {
    Prepared prepared;
    synchronized (this) {
      prepared = newest;
    }
    if (prepared == null) {
      return Optional.empty();
    }
    long now = clock.nanos();
    long deciseconds = (prepared.snapshot.reception().age(now).toMillis() + 50) / 100;
    boolean stale = prepared.snapshot.reception().isStale(now);
    // Put together by hand: formatting would take longer than all the rest.
    byte[] tail =
        (",\"age_s\":" + deciseconds / 10 + "." + deciseconds % 10 + ",\"stale\":" + stale + "}")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(prepared.open, prepared.open.length + tail.length);
    System.arraycopy(tail, 0, whole, prepared.open.length, tail.length);
    return Optional.of(whole);
  }

  /** Waits until a reading newer than that sequence number is there, or the time is over. */
  synchronized long awaitNewerThan(long sequence, long millis) throws InterruptedException {
    long deadline = clock.nanos() + millis * 1_000_000L;
    while (newest == null || newest.snapshot.sequence() == sequence) {
      long left = (deadline - clock.nanos()) / 1_000_000L;
      if (left <= 0) {
        return sequence;
      }
      wait(left);
    }
    return newest.snapshot.sequence();
  }
}
