// SPDX-License-Identifier: Apache-2.0
package io.energydongle.truth;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Frames as Linky meters write them in both modes, with numbers by chance. Source: {@code tic.md}
 * sections 3 to 5.
 */
final class RandomTic {

  private static final List<List<String>> OPTIONS =
      List.of(
          List.of("BASE", "BASE"),
          List.of("HC..", "HCHC", "HCHP"),
          List.of("EJP.", "EJPHN", "EJPHPM"),
          List.of("BBR(", "BBRHCJB", "BBRHPJB", "BBRHCJW", "BBRHPJW", "BBRHCJR", "BBRHPJR"));

  private final Random random;
  private final StringBuilder frame = new StringBuilder();

  RandomTic(long seed) {
    random = new Random(seed);
  }

  /** What stands between STX and ETX. */
  String next() {
    frame.setLength(0);
    if (random.nextInt(3) == 0) {
      historical(random.nextBoolean());
    } else {
      standard(random.nextBoolean(), random.nextBoolean());
    }
    return frame.toString();
  }

  /** A frame on the line. */
  static byte[] line(String frame) {
    return ("\u0002" + frame + "\u0003").getBytes(StandardCharsets.US_ASCII);
  }

  private void historical(boolean three) {
    old("ADCO", digits(12, 999_999));
    List<String> option = OPTIONS.get(random.nextInt(OPTIONS.size()));
    old("OPTARIF", option.get(0));
    old("ISOUSC", "30");
    option.subList(1, option.size()).forEach(label -> old(label, digits(9, 99_999_999)));
    old("PTEC", "TH..");
    int sum = 0;
    for (int n = 1; n <= (three ? 3 : 1); n++) {
      int ampere = random.nextInt(60);
      sum += ampere;
      old(three ? "IINST" + n : "IINST", format("%03d", ampere));
    }
    old(three ? "IMAX1" : "IMAX", "060");
    if (three) {
      old("IMAX2", "060");
      old("IMAX3", "060");
      old("PMAX", "06082");
    }
    // A one-phase meter without power and with a current exports: another rule.
    old("PAPP", format("%05d", sum == 0 ? 0 : 10 + random.nextInt(36_000)));
    old("HHPHC", "A");
    old("MOTDETAT", "000000");
    if (three) {
      old("PPOT", "00");
    }
  }

  private void standard(boolean three, boolean producer) {
    now("ADSC", digits(12, 999_999));
    now("VTIC", "02");
    stamped("DATE", stamp(), "");
    now("NGTF", "      BASE      ");
    now("LTARF", "    INDEX 1     ");
    now("EAST", digits(9, 99_999_999));
    if (producer) {
      now("EAIT", digits(9, 99_999_999));
    }
    int phases = three ? 3 : 1;
    int[] volt = new int[phases];
    int[] ampere = new int[phases];
    for (int i = 0; i < phases; i++) {
      ampere[i] = random.nextInt(60);
      now("IRMS" + (i + 1), format("%03d", ampere[i]));
    }
    for (int i = 0; i < phases; i++) {
      volt[i] = 200 + random.nextInt(55);
      now("URMS" + (i + 1), format("%03d", volt[i]));
    }
    now("PREF", "18");
    now("PCOUP", "18");
    boolean exporting = random.nextInt(3) == 0;
    int[] power = new int[phases];
    int sum = 0;
    for (int i = 0; i < phases; i++) {
      // Close to voltage times current, except for what some meters send instead.
      int near = Math.max(0, volt[i] * ampere[i] + random.nextInt(400) - 200);
      power[i] = exporting ? 0 : random.nextInt(10) == 0 ? random.nextInt(30_000) : near;
      sum += power[i];
    }
    now("SINSTS", format("%05d", sum));
    for (int i = 0; i < phases && three; i++) {
      now("SINSTS" + (i + 1), format("%05d", power[i]));
    }
    stamped("SMAXSN", stamp(), "05000");
    if (producer) {
      now("SINSTI", format("%05d", exporting ? 1 + random.nextInt(20_000) : 0));
    }
    now("STGE", format("%08X", 0x3A0001 | (producer ? 0x100 : 0) | (exporting ? 0x200 : 0)));
    now("RELAIS", "000");
    now("NTARF", "01");
  }

  private String stamp() {
    return (random.nextInt(8) == 0 ? "h" : random.nextBoolean() ? "H" : "E")
        + format(
            "%02d%02d%02d%02d%02d%02d",
            15 + random.nextInt(20),
            1 + random.nextInt(12),
            1 + random.nextInt(28),
            random.nextInt(24),
            random.nextInt(60),
            random.nextInt(60));
  }

  private String digits(int count, int max) {
    return format("%0" + count + "d", random.nextInt(max));
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  private void old(String label, String data) {
    String summed = label + ' ' + data;
    frame.append('\n').append(summed).append(' ').append(checksum(summed)).append('\r');
  }

  private void now(String label, String data) {
    String summed = label + '\t' + data + '\t';
    frame.append('\n').append(summed).append(checksum(summed)).append('\r');
  }

  private void stamped(String label, String stamp, String data) {
    now(label, stamp + '\t' + data);
  }

  private static char checksum(String summed) {
    return (char) ((summed.chars().sum() & 0x3F) + 0x20);
  }
}
