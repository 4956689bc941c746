// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.LineSetting;
import io.energydongle.config.MeterSettings;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.serial.MeterPort;
import io.energydongle.serial.MeterPorts;
import io.energydongle.snapshot.SnapshotStore;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.Samples;
import io.energydongle.testkit.UartLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long it takes to the first reading, for every kind of meter at every speed the search starts
 * with. Wrong speeds are modelled bit by bit; time is that of the model. The limits stand in {@code
 * docs/reference/line-detection.md}.
 */
class LineDetectionTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long GIVE_UP = 300 * SECOND;
  private static final long SLICE = Duration.ofMillis(50).toNanos();

  /** A meter: what it sends over and over, how fast, and how often. */
  private static final class Meter {
    private final String protocol;
    private final byte[] telegram;
    private final int baud;
    private final long periodNanos;
    private final Map<LineSetting, byte[]> heardAs = new EnumMap<>(LineSetting.class);

    Meter(String protocol, byte[] telegram, int baud, double periodSeconds) {
      this.protocol = protocol;
      this.telegram = telegram;
      this.baud = baud;
      this.periodNanos = (long) (periodSeconds * SECOND);
    }

    /** What arrives between two moments at a port of that setting. */
    byte[] between(long fromNanos, long toNanos, LineSetting setting) {
      byte[] heard =
          heardAs.computeIfAbsent(setting, s -> UartLine.received(telegram, baud, s.baud(), 0));
      long duration = telegram.length * 10L * SECOND / baud;
      long begin = placeIn(heard, fromNanos, duration);
      long end = placeIn(heard, toNanos, duration);
      byte[] piece = new byte[(int) (end - begin)];
      for (int i = 0; i < piece.length; i++) {
        piece[i] = heard[(int) ((begin + i) % heard.length)];
      }
      return piece;
    }

    /** Bytes heard since the meter was switched on. */
    private long placeIn(byte[] heard, long nanos, long duration) {
      long rounds = nanos / periodNanos;
      long into = Math.min(nanos % periodNanos, duration);
      return rounds * heard.length + heard.length * into / duration;
    }
  }

  @TempDir private Path state;

  private final AtomicReference<Meter> plugged = new AtomicReference<>();
  private long now;

  /** The line as the model sees it; time passes by a slice for each read. */
  private final class ModelPort implements MeterPort {
    private final LineSetting line;
    private final Runnable beforeRead;

    ModelPort(LineSetting line, Runnable beforeRead) {
      this.line = line;
      this.beforeRead = beforeRead;
    }

    @Override
    public int read(byte[] buffer) {
      beforeRead.run();
      byte[] bytes = Objects.requireNonNull(plugged.get()).between(now, now + SLICE, line);
      now += SLICE;
      System.arraycopy(bytes, 0, buffer, 0, bytes.length);
      return bytes.length;
    }

    @Override
    public void close() {}
  }

  /**
   * Runs a reader with {@code first} plugged in, then {@code second}, until the second is read.
   *
   * @return seconds from the change to the first reading of the second.
   */
  private double seconds(Meter first, Meter second, double changeAtSeconds) throws Exception {
    Files.deleteIfExists(state.resolve("meter-line"));
    long change = now + (long) (changeAtSeconds * SECOND);
    AtomicReference<MeterReader> reader = new AtomicReference<>();
    long[] found = {-1};
    SnapshotStore store = new SnapshotStore();
    store.addListener(
        snapshot -> {
          boolean right = snapshot.meter().protocol().code().equals(second.protocol);
          if (found[0] < 0 && now > change + SECOND / 2 && right) {
            found[0] = now;
          }
        });
    Runnable beforeRead =
        () -> {
          plugged.set(now < change ? first : second);
          if (found[0] >= 0 || now - change > GIVE_UP) {
            Objects.requireNonNull(reader.get()).stop();
          }
        };
    MeterPorts ports =
        new MeterPorts() {
          @Override
          public String name() {
            return "model";
          }

          @Override
          public MeterPort open(LineSetting line) {
            return new ModelPort(line, beforeRead);
          }
        };
    reader.set(
        new MeterReader(
            ports,
            Kind.UNKNOWN,
            List.of(LineSetting.BAUD_115200, LineSetting.BAUD_9600, LineSetting.BAUD_1200),
            new LastGoodLine(state),
            MeterSettings.DEFAULT,
            store,
            status -> {},
            Clock.fixed(Decoded.NOW, ZoneOffset.UTC),
            () -> now));
    Objects.requireNonNull(reader.get()).run();
    return found[0] < 0 ? Double.POSITIVE_INFINITY : (found[0] - change) / 1e9;
  }

  private double worst(Meter first, Meter second, double changeAtSeconds) throws Exception {
    double worst = 0;
    for (int i = 0; i < 8; i++) {
      now = (long) (i * 1.37 * SECOND);
      worst = Math.max(worst, seconds(first, second, changeAtSeconds));
    }
    return worst;
  }

  /** The longest time to the first reading of a device that has never seen a meter. */
  private double firstStart(Meter meter) throws Exception {
    return worst(meter, meter, -1);
  }

  private static byte[] withParity(byte[] text) {
    byte[] raw = text.clone();
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) ((Integer.bitCount(raw[i]) & 1) == 0 ? raw[i] : raw[i] | 0x80);
    }
    return raw;
  }

  private static Meter standard() {
    byte[] frame = withParity(Samples.tic("standard-three-phase-tempo.telegram"));
    return new Meter("tic-standard", frame, 9_600, frame.length * 10.0 / 9_600);
  }

  private static Meter historical() {
    byte[] frame = withParity(Samples.tic("historical-one-phase.telegram"));
    return new Meter("tic-historical", frame, 1_200, frame.length * 10.0 / 1_200);
  }

  private static Meter dsmr5() {
    return new Meter("dsmr", Samples.own("nl-dsmr50-3ph.telegram"), 115_200, 1);
  }

  private static Meter dsmr42() {
    return new Meter("dsmr", Samples.own("nl-dsmr42-1ph.telegram"), 115_200, 10);
  }

  private static Meter dsmr22() {
    return new Meter("dsmr", withParity(Samples.own("nl-dsmr22.telegram")), 9_600, 10);
  }

  @Test
  void a_new_device_finds_every_kind_of_meter_within_its_limit() throws Exception {
    assertThat(firstStart(dsmr5())).as("DSMR 5").isLessThan(3);
    assertThat(firstStart(dsmr42())).as("DSMR 4.2").isLessThan(12);
    assertThat(firstStart(dsmr22())).as("DSMR 2.2").isLessThan(25);
    assertThat(firstStart(standard())).as("TIC standard").isLessThan(10);
    assertThat(firstStart(historical())).as("TIC historical").isLessThan(10);
  }

  @Test
  void a_switch_of_the_tic_mode_is_followed_within_25_seconds() throws Exception {
    assertThat(worst(historical(), standard(), 60)).isLessThan(25);
    assertThat(worst(standard(), historical(), 60)).isLessThan(25);
  }

  @Test
  void another_meter_is_found_within_its_limit() throws Exception {
    assertThat(worst(dsmr5(), standard(), 60)).as("DSMR 5, TIC standard").isLessThan(45);
    assertThat(worst(dsmr5(), historical(), 60)).as("DSMR 5, TIC historical").isLessThan(45);
    assertThat(worst(dsmr22(), standard(), 60)).as("DSMR 2.2, TIC standard").isLessThan(45);
    assertThat(worst(dsmr22(), historical(), 60)).as("DSMR 2.2, TIC historical").isLessThan(45);
    assertThat(worst(standard(), dsmr5(), 60)).as("TIC standard, DSMR 5").isLessThan(30);
    assertThat(worst(historical(), dsmr42(), 60)).as("TIC historical, DSMR 4.2").isLessThan(50);
    assertThat(worst(standard(), dsmr22(), 60)).as("TIC standard, DSMR 2.2").isLessThan(75);
    assertThat(worst(dsmr5(), dsmr22(), 60)).as("DSMR 5, DSMR 2.2").isLessThan(75);
  }

  /** {@code tic.md} section 7: at the wrong speed not one group is valid. */
  @Test
  void at_a_wrong_speed_nothing_is_understood() {
    for (Meter meter : List.of(standard(), historical(), dsmr5(), dsmr22())) {
      for (LineSetting line : LineSetting.values()) {
        if (line.baud() == meter.baud) {
          continue;
        }
        Decoded heard = Decoded.of(meter.between(0, 300 * SECOND, line));
        assertThat(heard.snapshots).as("%d as %s", meter.baud, line).isEmpty();
        assertThat(heard.goodGroups).as("%d as %s", meter.baud, line).isZero();
      }
    }
  }
}
