// SPDX-License-Identifier: Apache-2.0
package io.energydongle.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.energydongle.config.LineSetting;
import io.energydongle.config.MeterSettings;
import io.energydongle.meter.LastGoodLine;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.MeterReader;
import io.energydongle.serial.MeterPort;
import io.energydongle.serial.MeterPorts;
import io.energydongle.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class WatchdogTest {

  private static final Duration PERIOD = Duration.ofMillis(20);

  private final List<String> said = new CopyOnWriteArrayList<>();
  private final AtomicLong now = new AtomicLong();
  private final AtomicLong first = new AtomicLong();
  private final AtomicLong second = new AtomicLong();
  private final AtomicLong looks = new AtomicLong();
  private final CountDownLatch hang = new CountDownLatch(1);

  @TempDir private Path dir;

  @AfterEach
  void release() {
    hang.countDown();
  }

  private Watchdog overTwoLoops() {
    return new Watchdog(
        List.of(
            new Loop("first", first::get, Duration.ofSeconds(5)),
            new Loop("second", this::lookAtSecond, Duration.ofSeconds(10))),
        said::add,
        PERIOD,
        now::get);
  }

  private long lookAtSecond() {
    looks.incrementAndGet();
    return second.get();
  }

  private void feedAt(Watchdog watchdog, int seconds) {
    now.set(Duration.ofSeconds(seconds).toNanos());
    watchdog.feed(now.get());
  }

  @Test
  void is_fed_while_every_loop_goes_round() {
    Watchdog watchdog = overTwoLoops();
    for (int time = 4; time <= 40; time += 4) {
      first.incrementAndGet();
      second.incrementAndGet();
      feedAt(watchdog, time);
    }
    assertThat(said).hasSize(10).containsOnly("WATCHDOG=1");
  }

  @Test
  void is_not_fed_when_one_loop_stands_still_for_longer_than_it_may() {
    Watchdog watchdog = overTwoLoops();
    first.incrementAndGet();
    second.incrementAndGet();
    feedAt(watchdog, 1);
    first.incrementAndGet();
    feedAt(watchdog, 11);
    assertThat(said).hasSize(2);
    first.incrementAndGet();
    feedAt(watchdog, 12);
    first.incrementAndGet();
    feedAt(watchdog, 13);
    assertThat(said).hasSize(2);
  }

  @Test
  void is_fed_again_when_the_loop_goes_on() {
    Watchdog watchdog = overTwoLoops();
    feedAt(watchdog, 20);
    assertThat(said).isEmpty();
    first.incrementAndGet();
    second.incrementAndGet();
    feedAt(watchdog, 21);
    assertThat(said).containsExactly("WATCHDOG=1");
  }

  @Test
  void ready_is_said_once_every_loop_has_gone_round() throws Exception {
    Watchdog watchdog = overTwoLoops();
    Thread thread = new Thread(watchdog, "watchdog");
    thread.start();
    first.incrementAndGet();
    long before = looks.get();
    await().until(() -> looks.get() >= before + 3);
    assertThat(said).isEmpty();
    second.incrementAndGet();
    await().until(() -> said.size() > 3);
    watchdog.stop();
    watchdog.stop();
    thread.join(2000);
    assertThat(said).startsWith("READY=1", "WATCHDOG=1").endsWith("STOPPING=1");
    assertThat(said).filteredOn("STOPPING=1"::equals).hasSize(1);
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void a_start_that_takes_too_long_says_once_what_it_waits_for() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Watchdog.class);
    log.start();
    logger.addAppender(log);
    Thread thread = new Thread(overTwoLoops(), "watchdog");
    try {
      first.incrementAndGet();
      thread.start();
      await().until(() -> looks.get() >= 2);
      assertThat(log.list).isEmpty();
      now.set(Duration.ofSeconds(61).toNanos());
      await().until(() -> !log.list.isEmpty());
      long before = looks.get();
      await().until(() -> looks.get() >= before + 3);
      assertThat(log.list).hasSize(1);
      assertThat(log.list.get(0).getFormattedMessage())
          .startsWith("not ready after 60 s, because of: first, second\n")
          .contains("watchdog in");
      assertThat(said).isEmpty();
    } finally {
      thread.interrupt();
      thread.join(2000);
      logger.detachAppender(log);
    }
  }

  @Test
  void a_quarter_of_the_time_that_systemd_waits_but_never_more_than_ten_seconds() {
    assertThat(Watchdog.period(Optional.of("6000000"))).isEqualTo(Duration.ofMillis(1500));
    assertThat(Watchdog.period(Optional.of("600000000"))).isEqualTo(Duration.ofSeconds(10));
    assertThat(Watchdog.period(Optional.of("soon"))).isEqualTo(Duration.ofSeconds(10));
    assertThat(Watchdog.period(Optional.empty())).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void a_reader_without_a_meter_goes_round_and_one_in_a_hanging_port_does_not() throws Exception {
    MeterReader searching = reader(silent(false));
    Thread thread = new Thread(searching, "meter");
    thread.start();
    await().until(() -> searching.turns() > 3);
    searching.stop();
    thread.join(2000);

    MeterReader hanging = reader(silent(true));
    Thread stuck = new Thread(hanging, "meter");
    stuck.start();
    await().until(() -> hanging.turns() > 0);
    AtomicLong time = new AtomicLong(System.nanoTime());
    Watchdog watchdog =
        new Watchdog(
            List.of(new Loop("meter", hanging::turns, Duration.ofSeconds(20))),
            said::add,
            PERIOD,
            time::get);
    watchdog.feed(time.addAndGet(Duration.ofSeconds(1).toNanos()));
    watchdog.feed(time.addAndGet(Duration.ofSeconds(21).toNanos()));
    watchdog.feed(time.addAndGet(Duration.ofSeconds(1).toNanos()));
    assertThat(said).containsExactly("WATCHDOG=1");
    hanging.stop();
    hang.countDown();
    stuck.join(2000);
  }

  @Test
  void the_journal_takes_the_log_only_when_it_is_that_very_stream() throws IOException {
    Path stream = Files.createFile(dir.resolve("stream"));
    Map<String, Object> file = Files.readAttributes(stream, "unix:dev,ino");
    String id = file.get("dev") + ":" + file.get("ino");
    assertThat(Journal.takesTheLog(Map.of("JOURNAL_STREAM", id), stream)).isTrue();
    assertThat(Journal.takesTheLog(Map.of("JOURNAL_STREAM", "8:1"), stream)).isFalse();
    assertThat(Journal.takesTheLog(Map.of(), stream)).isFalse();
  }

  /** Ports that never bring a byte. */
  private MeterPorts silent(boolean hangs) {
    return new MeterPorts() {
      @Override
      public String name() {
        return "silent";
      }

      @Override
      public MeterPort open(LineSetting line) {
        return new MeterPort() {
          @Override
          public int read(byte[] buffer) {
            try {
              if (hangs) {
                hang.await();
              } else if (hang.await(10, TimeUnit.MILLISECONDS)) {
                return 0; // The test is over.
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return 0;
          }

          @Override
          public void close() {}
        };
      }
    };
  }

  private MeterReader reader(MeterPorts ports) {
    return new MeterReader(
        ports,
        Kind.P1,
        List.of(LineSetting.BAUD_115200),
        new LastGoodLine(dir),
        MeterSettings.DEFAULT,
        new SnapshotStore(),
        status -> {},
        Clock.systemUTC(),
        System::nanoTime);
  }
}
