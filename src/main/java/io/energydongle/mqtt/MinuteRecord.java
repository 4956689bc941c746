// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.status.ClockState;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * One minute that the broker has missed. {@link #ABSENT} means that no reading of the minute said
 * it.
 *
 * @param sequence number of the record, never used twice by this device.
 * @param startSecond seconds since 1970 at which the minute starts.
 * @param readings number of readings with a power.
 * @param meanWatt mean of the power, import minus export, W.
 * @param minWatt smallest power, W.
 * @param maxWatt largest power, W.
 * @param milliAmpere mean current of L1, L2, L3, mA.
 * @param importMicroWattHour counter at the end of the minute, µWh.
 * @param exportMicroWattHour counter at the end of the minute, µWh.
 * @param gasMicro counter at the end of the minute, cm3.
 * @param waterMicro counter at the end of the minute, cm3.
 * @param clock what the time was worth.
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never changed, never compared
record MinuteRecord(
    long sequence,
    long startSecond,
    int readings,
    int meanWatt,
    int minWatt,
    int maxWatt,
    int[] milliAmpere,
    long importMicroWattHour,
    long exportMicroWattHour,
    long gasMicro,
    long waterMicro,
    ClockState clock) {

  static final int ABSENT = Integer.MIN_VALUE;

  /** Edition of {@link #write}. */
  static final int VERSION = 1;

  /** Length of {@link #write}. */
  static final int BYTES = 80;

  /** End of the year 9999. */
  private static final long START_SECOND_MAX = 253_402_300_799L;

  private static final long SEQUENCE_MAX = 1L << 53;

  private static final int PHASES = 3;
  private static final int SECONDS = 60;

  /** As they stand on the disk, by their place. */
  private static final List<ClockState> CLOCKS =
      List.of(ClockState.SYNCHRONISED, ClockState.PLAUSIBLE, ClockState.IMPLAUSIBLE);

  private static final int MILLI = 3;
  private static final int MICRO = 6;

  /** Seconds since 1970 at which the minute is over. */
  long endSecond() {
    return startSecond + SECONDS;
  }

  /** False for what no clock has shown and no device has counted. */
  boolean isPossible() {
    return sequence > 0
        && sequence <= SEQUENCE_MAX
        && startSecond >= 0
        && startSecond <= START_SECOND_MAX;
  }

  MinuteRecord withSequence(long number) {
    return new MinuteRecord(
        number,
        startSecond,
        readings,
        meanWatt,
        minWatt,
        maxWatt,
        milliAmpere,
        importMicroWattHour,
        exportMicroWattHour,
        gasMicro,
        waterMicro,
        clock);
  }

  void write(ByteBuffer out) {
    out.putLong(sequence).putLong(startSecond);
    out.putInt(readings).putInt(meanWatt).putInt(minWatt).putInt(maxWatt);
    for (int current : milliAmpere) {
      out.putInt(current);
    }
    out.putLong(importMicroWattHour).putLong(exportMicroWattHour);
    out.putLong(gasMicro).putLong(waterMicro).putInt(CLOCKS.indexOf(clock));
  }

  static MinuteRecord read(ByteBuffer in) {
    long sequence = in.getLong();
    long startSecond = in.getLong();
    int readings = in.getInt();
    int mean = in.getInt();
    int min = in.getInt();
    int max = in.getInt();
    int[] currents = new int[PHASES];
    for (int i = 0; i < PHASES; i++) {
      currents[i] = in.getInt();
    }
    long fromGrid = in.getLong();
    long toGrid = in.getLong();
    long gas = in.getLong();
    long water = in.getLong();
    ClockState clock = CLOCKS.get(Math.floorMod(in.getInt(), CLOCKS.size()));
    return new MinuteRecord(
        sequence,
        startSecond,
        readings,
        mean,
        min,
        max,
        currents,
        fromGrid,
        toGrid,
        gas,
        water,
        clock);
  }

  void writeJson(ObjectNode node, boolean repeat) {
    node.put("seq", sequence);
    node.put("ts", Instant.ofEpochSecond(startSecond).toString());
    node.put("readings", readings);
    if (readings > 0) {
      node.putObject("power_w").put("mean", meanWatt).put("min", minWatt).put("max", maxWatt);
    }
    int phases = PHASES;
    while (phases > 0 && milliAmpere[phases - 1] == ABSENT) {
      phases--;
    }
    if (phases > 0) {
      ArrayNode currents = node.putArray("currents_a");
      for (int i = 0; i < phases; i++) {
        if (milliAmpere[i] == ABSENT) {
          currents.addNull();
        } else {
          currents.add(Measures.decimal(milliAmpere[i], MILLI));
        }
      }
    }
    counter(node, "energy_import_wh", importMicroWattHour);
    counter(node, "energy_export_wh", exportMicroWattHour);
    counter(node, "gas_m3", gasMicro);
    counter(node, "water_m3", waterMicro);
    node.put("clock", clock.code());
    if (repeat) {
      node.put("repeat", true);
    }
  }

  private static void counter(ObjectNode node, String name, long micro) {
    if (micro != ABSENT) {
      node.put(name, Measures.decimal(micro, MICRO));
    }
  }
}
