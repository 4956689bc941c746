// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterIdentity.Protocol;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.RawTelegram;
import io.energydongle.snapshot.Reception;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A meter and a host clock in the hands of a test. The monotonic clock follows the host's. */
final class Feed {

  /** A noon, and so the start of a minute and of a quarter. */
  static final long NOON = Instant.parse("2026-03-01T12:00:00Z").getEpochSecond();

  static final long ALL_FROM = 0;
  static final long ALL_TO = Long.MAX_VALUE;

  private final Path dir;
  private History history;
  private String serial = "E1";
  private long monotonicOffset;
  private OptionalLong gasMilliCubicMetre = OptionalLong.empty();

  Feed(Path dir) {
    this.dir = dir;
    history = History.open(dir);
  }

  History history() {
    return history;
  }

  /** The process is killed and starts again. */
  Feed restart() {
    history = History.open(dir);
    return this;
  }

  Feed meter(String newSerial) {
    serial = newSerial;
    return this;
  }

  Feed gasLitre(long litre) {
    gasMilliCubicMetre = OptionalLong.of(litre);
    return this;
  }

  /** The host clock is set by that much; the monotonic one is not. */
  Feed stepped(Duration by) {
    monotonicOffset -= by.toSeconds();
    return this;
  }

  /** A reading of power only. */
  Feed power(long second, long milliWatt) {
    history.accept(
        snapshot(second)
            .powerMilliWatt(
                OptionalLong.of(Math.max(0, milliWatt)), OptionalLong.of(Math.max(0, -milliWatt)))
            .build());
    return this;
  }

  /** A reading of 500 W with counters. */
  Feed counters(long second, long importWattHour, long exportWattHour) {
    history.accept(
        snapshot(second)
            .powerMilliWatt(OptionalLong.of(500_000), OptionalLong.of(0))
            .energy(total(importWattHour), total(exportWattHour))
            .build());
    return this;
  }

  /** Readings of power and an import counter over a span, at a fixed distance. */
  Feed span(long fromSecond, long toSecond, int everySeconds) {
    for (long second = fromSecond; second < toSecond; second += everySeconds) {
      counters(second, (second - NOON) / 60 + 1_000_000, 0);
    }
    return this;
  }

  MeterSnapshot.Builder snapshot(long second) {
    MeterSnapshot.Builder builder =
        new MeterSnapshot.Builder(
            new Reception(
                Instant.ofEpochSecond(second),
                (second - NOON + monotonicOffset) * 1_000_000_000L,
                Duration.ofSeconds(1)),
            new MeterIdentity(
                Protocol.DSMR, Optional.of("50"), "EDS5", Optional.of(serial), Optional.empty()),
            new RawTelegram(new byte[0], 0));
    if (gasMilliCubicMetre.isPresent()) {
      builder.chosen(Map.of(Medium.GAS, gas(gasMilliCubicMetre.getAsLong())));
    }
    return builder;
  }

  private static MbusChannel gas(long litre) {
    return new MbusChannel(
        1,
        OptionalInt.of(3),
        Optional.of("G1"),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.of(litre * 1000),
        Optional.of("m3"),
        OptionalInt.empty());
  }

  private static EnergyRegisters total(long wattHour) {
    return new EnergyRegisters(OptionalLong.of(wattHour * 1_000_000), List.of());
  }

  List<HistoryRecord> minutes() {
    return history.query(Resolution.MINUTE, ALL_FROM, ALL_TO);
  }

  List<HistoryRecord> quarters() {
    return history.query(Resolution.QUARTER, ALL_FROM, ALL_TO);
  }

  /** Starts of the finished minutes, in minutes after noon. */
  List<Long> minuteStarts() {
    return minutes().stream().map(r -> (r.startSecond() - NOON) / 60).toList();
  }

  /** Starts of the finished quarters, in quarters after noon. */
  List<Long> quarterStarts() {
    return quarters().stream().map(r -> (r.startSecond() - NOON) / 900).toList();
  }
}
