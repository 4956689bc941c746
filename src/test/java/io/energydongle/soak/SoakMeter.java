// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.testkit.NumberedTelegrams;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Meters whose telegrams are numbered: every value is a function of the number, so that a client
 * sees from one answer whether all of it comes from one telegram, and from which.
 */
enum SoakMeter {
  /** Dutch, three phases, whole amperes, voltages in tenths; exports now and then. */
  P1(1) {
    @Override
    int deciVolt(long number, int phase) {
      return 2_200 + (int) Math.floorMod(number * VOLT_FACTOR[phase], 200L);
    }

    @Override
    int milliAmpere(long number, int phase) {
      return 1_000 * (int) Math.floorMod(number * AMPERE_FACTOR[phase] + phase, 60L);
    }

    @Override
    int watt(long number, int phase) {
      int size = size(number, phase);
      return number / 5 % 4 == 3 ? -size : size;
    }

    @Override
    byte[] telegram(long number, Instant meterTime) {
      StringBuilder text = new StringBuilder(1_000);
      text.append("/EDS5\\SOAK\r\n\r\n1-3:0.2.8(50)\r\n0-0:1.0.0(");
      text.append(P1_TIME.format(meterTime)).append("W)\r\n0-0:96.1.1(4E)\r\n");
      line(text, "1-0:1.8.1(%010.3f*kWh)", wattHour(number) / 1000.0);
      int total = totalWatt(number);
      line(text, "1-0:1.7.0(%06.3f*kW)", Math.max(0, total) / 1000.0);
      line(text, "1-0:2.7.0(%06.3f*kW)", Math.max(0, -total) / 1000.0);
      for (int phase = 0; phase < PHASES; phase++) {
        int watt = watt(number, phase);
        line(text, "1-0:" + (32 + 20 * phase) + ".7.0(%05.1f*V)", deciVolt(number, phase) / 10.0);
        line(text, "1-0:" + (31 + 20 * phase) + ".7.0(%03.0f*A)", wholeAmpere(number, phase));
        line(text, "1-0:" + (21 + 20 * phase) + ".7.0(%06.3f*kW)", Math.max(0, watt) / 1000.0);
        line(text, "1-0:" + (22 + 20 * phase) + ".7.0(%06.3f*kW)", Math.max(0, -watt) / 1000.0);
      }
      text.append('!');
      byte[] body = text.toString().getBytes(StandardCharsets.US_ASCII);
      text.append(String.format("%04X\r\n", NumberedTelegrams.crc(body)));
      return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
  },

  /** French, standard mode, three phases; apparent powers near voltage times current. */
  TIC(2) {
    @Override
    int deciVolt(long number, int phase) {
      return 10 * (220 + (int) Math.floorMod(number * VOLT_FACTOR[phase], 20L));
    }

    /** Whole amperes are sent, and refined from power and voltage, as the settings say. */
    @Override
    int milliAmpere(long number, int phase) {
      return Math.round(10_000f * watt(number, phase) / deciVolt(number, phase));
    }

    @Override
    int watt(long number, int phase) {
      return size(number, phase);
    }

    @Override
    byte[] telegram(long number, Instant meterTime) {
      StringBuilder text = new StringBuilder(600).append('\u0002');
      group(text, "ADSC", "041975000001");
      group(text, "VTIC", "02");
      group(text, "DATE", "H" + TIC_TIME.format(meterTime) + "\t");
      group(text, "NGTF", "      BASE      ");
      group(text, "LTARF", "      BASE      ");
      group(text, "EAST", number("%09d", wattHour(number)));
      group(text, "EASF01", number("%09d", wattHour(number)));
      for (int phase = 0; phase < PHASES; phase++) {
        group(text, "IRMS" + (phase + 1), number("%03d", wholeAmpere(number, phase)));
      }
      for (int phase = 0; phase < PHASES; phase++) {
        group(text, "URMS" + (phase + 1), number("%03d", deciVolt(number, phase) / 10));
      }
      group(text, "PREF", "36");
      group(text, "SINSTS", number("%05d", totalWatt(number)));
      for (int phase = 0; phase < PHASES; phase++) {
        group(text, "SINSTS" + (phase + 1), number("%05d", watt(number, phase)));
      }
      group(text, "STGE", "003A0001");
      group(text, "NTARF", "01");
      byte[] bytes = text.append('\u0003').toString().getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ((Integer.bitCount(bytes[i]) & 1) == 0 ? bytes[i] : bytes[i] | 0x80);
      }
      return bytes;
    }
  };

  static final int PHASES = 3;

  /** Powers repeat after so many telegrams. */
  static final int RESIDUES = 8_000;

  private static final int LEAST_WATT = 100;
  private static final long FIRST_WATT_HOUR = 1_000_000;
  private static final long[] WATT_FACTOR = {1, 7, 13};
  private static final long[] VOLT_FACTOR = {3, 7, 11};
  private static final long[] AMPERE_FACTOR = {7, 11, 13};
  private static final DateTimeFormatter P1_TIME = time(1);
  private static final DateTimeFormatter TIC_TIME = time(1);

  private final int periodSeconds;

  SoakMeter(int periodSeconds) {
    this.periodSeconds = periodSeconds;
  }

  /** Seconds of the meter's time from one telegram to the next. */
  int periodSeconds() {
    return periodSeconds;
  }

  /** Voltage of a phase, 0.1 V. */
  abstract int deciVolt(long number, int phase);

  /** Current of a phase as it is served, mA. */
  abstract int milliAmpere(long number, int phase);

  /** Power of a phase, import minus export, W. */
  abstract int watt(long number, int phase);

  /** The telegram, byte for byte as on the line. */
  abstract byte[] telegram(long number, Instant meterTime);

  /** Power of the connection, import minus export, W. */
  int totalWatt(long number) {
    int total = 0;
    for (int phase = 0; phase < PHASES; phase++) {
      total += watt(number, phase);
    }
    return total;
  }

  /** Current of a phase as it is sent, A. */
  int wholeAmpere(long number, int phase) {
    return Math.round(milliAmpere(number, phase) / 1_000f);
  }

  /** Counter of imported energy, Wh; another one for each number. */
  long wattHour(long number) {
    return FIRST_WATT_HOUR + number;
  }

  /** The number of the telegram with that counter. */
  static long numberOf(long wattHour) {
    return wattHour - FIRST_WATT_HOUR;
  }

  /** The number of a telegram with that power of L1, but for multiples of {@link #RESIDUES}. */
  static int residueOf(double wattOfL1) {
    return (int) Math.floorMod(Math.round(Math.abs(wattOfL1)) - LEAST_WATT, (long) RESIDUES);
  }

  private static int size(long number, int phase) {
    return LEAST_WATT
        + (int) Math.floorMod(number * WATT_FACTOR[phase] + 1_000L * phase, (long) RESIDUES);
  }

  private static DateTimeFormatter time(int offsetHours) {
    return DateTimeFormatter.ofPattern("uuMMddHHmmss").withZone(ZoneOffset.ofHours(offsetHours));
  }

  private static void line(StringBuilder text, String format, double value) {
    text.append(String.format(Locale.ROOT, format, value)).append("\r\n");
  }

  private static String number(String format, long value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static void group(StringBuilder text, String label, String data) {
    String summed = label + '\t' + data + '\t';
    char checksum = (char) ((summed.chars().sum() & 0x3F) + 0x20);
    text.append('\n').append(summed).append(checksum).append('\r');
  }
}
