// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import static io.energydongle.mqtt.MinuteRecord.ABSENT;

import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.status.ClockState;
import java.util.Optional;
import java.util.OptionalLong;

/** The running minute while it fills. Not thread safe. */
final class Minute {

  private static final int SECONDS = 60;
  private static final int PHASES = 3;
  private static final int NONE = -1;

  private long startSecond = NONE;
  private boolean missed;
  private int readings;
  private long sumMilliWatt;
  private int min;
  private int max;
  private final long[] sumMilliAmpere = new long[PHASES];
  private final int[] currents = new int[PHASES];
  private long fromGrid = ABSENT;
  private long toGrid = ABSENT;
  private long gas = ABSENT;
  private long water = ABSENT;
  private ClockState clock = ClockState.IMPLAUSIBLE;

  static long startOf(long second) {
    return Math.floorDiv(second, SECONDS) * SECONDS;
  }

  /** True when a reading of that time belongs to another minute than the running one. */
  boolean endsBefore(long second) {
    return startSecond != NONE && startSecond != startOf(second);
  }

  /** The broker is not there in this minute. */
  void miss() {
    missed = true;
  }

  void add(MeterSnapshot snapshot, ClockState state) {
    startSecond = startOf(snapshot.reception().receivedAt().getEpochSecond());
    clock = state;
    OptionalLong power = snapshot.netMilliWatt();
    if (power.isPresent()) {
      int watt = toWatt(power.getAsLong(), 1);
      min = readings == 0 ? watt : Math.min(min, watt);
      max = readings == 0 ? watt : Math.max(max, watt);
      sumMilliWatt += power.getAsLong();
      readings++;
    }
    for (int i = 0; i < Math.min(PHASES, snapshot.phases().size()); i++) {
      if (snapshot.phases().get(i).milliAmpere().isPresent()) {
        sumMilliAmpere[i] += snapshot.phases().get(i).milliAmpere().getAsInt();
        currents[i]++;
      }
    }
    fromGrid = snapshot.energyImport().totalMicroWattHour().orElse(fromGrid);
    toGrid = snapshot.energyExport().totalMicroWattHour().orElse(toGrid);
    gas = cubicMetres(snapshot.device(Medium.GAS), gas);
    water = cubicMetres(snapshot.device(Medium.WATER), water);
  }

  private static long cubicMetres(Optional<MbusChannel> device, long before) {
    return device.isPresent() && device.get().unit().equals(Optional.of("m3"))
        ? device.get().valueMicro().orElse(before)
        : before;
  }

  /** True when the broker was not there all the time. */
  boolean missed() {
    return missed;
  }

  /** Ends the minute; empty when nothing was read. */
  Optional<MinuteRecord> end() {
    Optional<MinuteRecord> record = startSecond == NONE ? Optional.empty() : Optional.of(record());
    startSecond = NONE;
    missed = false;
    readings = 0;
    sumMilliWatt = 0;
    for (int i = 0; i < PHASES; i++) {
      sumMilliAmpere[i] = 0;
      currents[i] = 0;
    }
    fromGrid = ABSENT;
    toGrid = ABSENT;
    gas = ABSENT;
    water = ABSENT;
    return record;
  }

  private MinuteRecord record() {
    int[] means = new int[PHASES];
    for (int i = 0; i < PHASES; i++) {
      means[i] =
          currents[i] == 0 ? ABSENT : (int) Math.round((double) sumMilliAmpere[i] / currents[i]);
    }
    int mean = readings == 0 ? 0 : toWatt(sumMilliWatt, readings);
    return new MinuteRecord(
        0, startSecond, readings, mean, min, max, means, fromGrid, toGrid, gas, water, clock);
  }

  /** Mean in watt, half rounded up. */
  private static int toWatt(long milliWatt, int count) {
    return (int) Math.floorDiv(2 * milliWatt + 1000L * count, 2000L * count);
  }
}
