// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.soak.Ledger.Fate;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A meter at one end of a line, on a thread of its own: writes numbered telegrams, good ones or
 * such as a bad cable makes of them, and notes each in the ledger. Its own clock goes on by one
 * period per telegram, however fast they follow.
 */
final class Meter implements AutoCloseable {

  /** How it speaks. */
  enum Mood {
    SPEAKS,
    /** Telegrams with a damaged character, and rubbish between them. */
    NOISY,
    /** Telegrams that break off. */
    CUT,
    SILENT
  }

  private static final long MILLI = 1_000_000L;
  private static final int PIECE_BYTES = 64;

  /** Milliseconds from one telegram to the next when meter time is compressed. */
  static final int FAST_MILLIS = 40;

  private final SoakMeter kind;
  private final Ledger ledger;
  private final Report report;
  private final SplittableRandom random;
  private final int bytesPerSecond;
  private final Thread thread;
  private volatile Mood mood = Mood.SPEAKS;
  private volatile boolean fast;
  private volatile boolean closed;
  private volatile @Nullable OutputStream line;
  private long number;
  private boolean clean;
  private Instant time = Instant.now();

  Meter(SoakMeter kind, Ledger ledger, Report report, SplittableRandom random) {
    this.kind = kind;
    this.ledger = ledger;
    this.report = report;
    this.random = random;
    bytesPerSecond = kind == SoakMeter.P1 ? 11_520 : 960;
    thread = new Thread(this::run, "meter " + kind);
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes there from now on; null for nowhere. */
  void plug(@Nullable OutputStream out) {
    line = out;
  }

  /** Speaks like that from now on. */
  void be(Mood changed) {
    mood = changed;
  }

  /** Compresses its time, or sends as often and as slowly as a meter does. */
  void beFast(boolean changed) {
    fast = changed;
  }

  private void run() {
    try {
      while (!closed) {
        long due = System.nanoTime() + (fast ? FAST_MILLIS : kind.periodSeconds() * 1_000L) * MILLI;
        OutputStream out = line;
        if (out == null || mood == Mood.SILENT) {
          clean = false;
          Thread.sleep(20);
          continue;
        }
        send(out);
        while (!closed && System.nanoTime() < due && mood != Mood.SILENT) {
          Thread.sleep(Math.max(1, Math.min(50, (due - System.nanoTime()) / MILLI)));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(OutputStream out) throws InterruptedException {
    byte[] telegram = kind.telegram(number, time);
    Mood now = mood;
    boolean good = now == Mood.SPEAKS || random.nextInt(3) == 0;
    byte[] bytes = good ? telegram : now == Mood.CUT ? cut(telegram) : noisy(telegram);
    Fate fate =
        good
            ? clean && now == Mood.SPEAKS ? Fate.WHOLE : Fate.MAYBE
            : kind == SoakMeter.P1 ? Fate.BROKEN : Fate.MAYBE;
    clean = now == Mood.SPEAKS;
    ledger.begins(number, System.nanoTime(), fate);
    try {
      write(out, bytes);
      if (now == Mood.NOISY && random.nextBoolean()) {
        write(out, rubbish());
      }
    } catch (IOException e) {
      // The cable was pulled.
      fate = fate == Fate.WHOLE ? Fate.MAYBE : fate;
      clean = false;
    }
    ledger.ended(System.nanoTime(), fate);
    number++;
    time = time.plusSeconds(kind.periodSeconds());
    report.telegrams.incrementAndGet();
    report.meterSeconds.addAndGet(kind.periodSeconds());
  }

  /** At once, or as fast as the line carries. */
  private void write(OutputStream out, byte[] bytes) throws IOException, InterruptedException {
    if (fast) {
      out.write(bytes);
      return;
    }
    long start = System.nanoTime();
    for (int at = 0; at < bytes.length; at += PIECE_BYTES) {
      out.write(bytes, at, Math.min(PIECE_BYTES, bytes.length - at));
      // Not after the last piece: its age begins now.
      if (at + PIECE_BYTES < bytes.length) {
        long due = start + 1_000_000_000L * (at + PIECE_BYTES) / bytesPerSecond;
        Thread.sleep(Math.max(0, (due - System.nanoTime()) / MILLI));
      }
    }
  }

  private byte[] cut(byte[] telegram) {
    return Arrays.copyOf(telegram, 1 + random.nextInt(telegram.length - 8));
  }

  /**
   * One character becomes another one. More in one place could pass the checksum of TIC, which has
   * six bits, and then nobody could know.
   */
  private byte[] noisy(byte[] telegram) {
    byte[] damaged = telegram.clone();
    int at = 1 + random.nextInt(telegram.length - 8);
    // The eighth bit may be the parity of a meter with seven, and is left out of a P1 telegram.
    damaged[at] = (byte) (damaged[at] ^ 1 << random.nextInt(kind == SoakMeter.P1 ? 7 : 8));
    return damaged;
  }

  private byte[] rubbish() {
    byte[] bytes = new byte[1 + random.nextInt(200)];
    random.nextBytes(bytes);
    return bytes;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
