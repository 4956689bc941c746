// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.soak.Trouble.Loss;
import io.energydongle.testkit.RawModbus;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A Modbus client with a habit, on a thread of its own and from an address of its own. */
final class Master implements AutoCloseable {

  /** How it asks. */
  enum Habit {
    /** Keeps its connection, asks some times a second. */
    STEADY(2),
    /** Connects for every question. */
    COMES_AND_GOES(3),
    /** Sends four questions in one piece. */
    IN_ADVANCE(4),
    /** Sends a question byte by byte. */
    SLOW(5),
    /** Asks for another map, by its unit identifier. */
    OTHER_MAP(6);

    private final int address;

    Habit(int address) {
      this.address = address;
    }
  }

  /** What the settings have to say for {@link Habit#OTHER_MAP}. */
  static final String UNITS = "2=sdm630";

  private static final String EMPRO = "0001 0000 0006 01 03 8006 001E";
  private static final String SDM630 = "0001 0000 0006 02 04 0000 0036";

  /** With a connection refused for so long, something hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Site site;
  private final Habit habit;
  private final SplittableRandom random;
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable RawModbus connection;
  private long answeredNanos = System.nanoTime();

  Master(Site site, Habit habit, SplittableRandom random) {
    this.site = site;
    this.habit = habit;
    this.random = random;
    thread = new Thread(this::run, "master " + site.name() + " " + habit);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        try {
          ask();
          answeredNanos = System.nanoTime();
        } catch (IOException e) {
          lost(e);
          Thread.sleep(200);
        } catch (RuntimeException e) {
          site.wrong(habit.toString(), "an answer that cannot be understood: " + e);
          hangUp();
        }
        Thread.sleep(20 + random.nextInt(habit == Habit.STEADY ? 200 : 600));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hangUp();
    }
  }

  private void ask() throws IOException, InterruptedException {
    RawModbus gateway = connection;
    if (gateway == null) {
      gateway = new RawModbus(site.service.modbusPort(), "127.0.0." + habit.address);
      connection = gateway;
    }
    int questions = habit == Habit.IN_ADVANCE ? 4 : 1;
    String question = habit == Habit.OTHER_MAP ? SDM630 : EMPRO;
    long asked = System.nanoTime();
    if (habit == Habit.SLOW) {
      for (String each : question.replace(" ", "").split("(?<=\\G..)", -1)) {
        asked = System.nanoTime();
        gateway.send(each);
        Thread.sleep(random.nextInt(30));
      }
    } else {
      gateway.send(question.repeat(questions));
    }
    for (int i = 0; i < questions; i++) {
      judge(gateway.receive().split(" ", -1)[2], asked);
    }
    if (habit == Habit.COMES_AND_GOES) {
      hangUp();
    }
  }

  private void judge(String pdu, long asked) {
    long answered = System.nanoTime();
    String name = habit.toString();
    if (pdu.length() == 4 && pdu.endsWith("04")) {
      site.refused(name, asked, answered);
    } else if (habit == Habit.OTHER_MAP && pdu.startsWith("046C")) {
      Said said = Said.ofRegisters(pdu.substring(4), 0, 0, 6, 12, 52);
      site.fresh(name, said, asked, answered);
    } else if (habit != Habit.OTHER_MAP && pdu.startsWith("033C")) {
      Said said = Said.ofRegisters(pdu.substring(4), 0x8006, 0x8006, 0x800E, 0x801E, 0x8016);
      site.fresh(name, said, asked, answered);
    } else {
      site.wrong(name, "expected values or exception 04, came " + pdu);
    }
  }

  /** A connection that works may not break; a new one may be refused for a while. */
  private void lost(IOException e) {
    boolean worked = connection != null && habit != Habit.COMES_AND_GOES;
    hangUp();
    if (closed || !site.trouble.noneSince(Loss.VALUES, answeredNanos)) {
      answeredNanos = System.nanoTime();
      return;
    }
    if (worked) {
      String what = e instanceof SocketTimeoutException ? "silence" : e.toString();
      site.wrong(habit.toString(), "expected an answer on a connection that works, came " + what);
    } else if (System.nanoTime() - answeredNanos > PATIENCE.toNanos()
        && site.trouble.noneSince(Loss.NEWCOMERS, answeredNanos)) {
      site.wrong(habit.toString(), "expected a connection within 15 s, came " + e);
      answeredNanos = System.nanoTime();
    }
  }

  private void hangUp() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (IOException e) {
      // It is gone all the same.
    }
    connection = null;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
