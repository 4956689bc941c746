// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import io.energydongle.snapshot.MonotonicClock;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Reads so slowly that nobody else notices: a release is not worth a late answer to a charger. And
 * not for ever: who sends slower than this would take is not waited for.
 */
final class Paced extends FilterInputStream {

  /** A release of 10 MB arrives in ten seconds. */
  static final int BYTES_PER_SECOND = 1_000_000;

  static final Duration TIME_MAX = Duration.ofMinutes(30);

  private final MonotonicClock clock;
  private final long begin;
  private long count;

  Paced(InputStream in, MonotonicClock clock) {
    super(in);
    this.clock = clock;
    this.begin = clock.nanos();
  }

  @Override
  public int read() throws IOException {
    int next = in.read();
    pace(next < 0 ? 0 : 1);
    return next;
  }

  @Override
  public int read(byte[] to, int at, int most) throws IOException {
    int got = in.read(to, at, most);
    pace(Math.max(0, got));
    return got;
  }

  private void pace(int bytes) throws IOException {
    count += bytes;
    long passed = clock.nanos() - begin;
    if (passed > TIME_MAX.toNanos()) {
      throw new IOException("it took more than " + TIME_MAX.toMinutes() + " minutes");
    }
    long ahead = count * 1_000_000_000L / BYTES_PER_SECOND - passed;
    if (ahead > 1_000_000) {
      try {
        TimeUnit.NANOSECONDS.sleep(ahead);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("stopped");
      }
    }
  }
}
