// SPDX-License-Identifier: Apache-2.0
package io.energydongle.simulate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes TIC frames group by group, with parity bits as a port that reads eight bits sees them.
 * House powers are active; a French meter sends apparent ones, here a little more.
 */
final class TicText {

  private static final ZoneId ZONE = ZoneId.of("Europe/Paris");
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuMMddHHmmss");
  private static final double VOLT_AMPERE_PER_WATT = 1.04;
  private static final int STATUS = 0x003A0001;
  private static final int STATUS_PRODUCER = 0x100;
  private static final int STATUS_EXPORTING = 0x200;

  private final ByteArrayOutputStream frame = new ByteArrayOutputStream(1500);
  private final char separator;

  private TicText(char separator) {
    this.separator = separator;
    put(0x02);
  }

  /** A frame of a Linky in standard mode. */
  static byte[] standard(House house, Instant now, boolean threePhases, boolean producer) {
    String stamp = stamp(now);
    double total = house.powerWatt();
    boolean exporting = total < 0;
    TicText text = new TicText('\t');
    text.group("ADSC", threePhases ? "041976999999" : "041975999999").group("VTIC", "02");
    text.stamped("DATE", stamp, "").group("NGTF", "      BASE      ");
    text.group("LTARF", "      BASE      ");
    text.number("EAST", 9, house.importWattHour()).number("EASF01", 9, house.importWattHour());
    for (int index = 2; index <= 10; index++) {
      text.group(String.format(Locale.ROOT, "EASF%02d", index), "000000000");
    }
    text.number("EASD01", 9, house.importWattHour());
    for (int index = 2; index <= 4; index++) {
      text.group("EASD0" + index, "000000000");
    }
    if (producer) {
      text.number("EAIT", 9, house.exportWattHour());
      for (int quadrant = 1; quadrant <= 4; quadrant++) {
        text.group("ERQ" + quadrant, "00000010" + quadrant);
      }
    }
    text.addLive(house, threePhases, producer);
    text.stamped("CCASN", stamp, five(Math.max(0, total)));
    text.stamped("UMOY1", stamp, String.format(Locale.ROOT, "%03.0f", house.volt(1)));
    int status = STATUS | (producer ? STATUS_PRODUCER : 0) | (exporting ? STATUS_EXPORTING : 0);
    text.group("STGE", String.format(Locale.ROOT, "%08X", status));
    text.group("MSG1", "PAS DE          MESSAGE         ").group("PRM", "09999999999999");
    text.group("RELAIS", "000").group("NTARF", "01").group("NJOURF", "00").group("NJOURF+1", "00");
    text.group("PJOURF+1", "00008001" + " NONUTILE".repeat(10));
    return text.end();
  }

  /** A frame of a Linky in historical mode. */
  static byte[] historical(House house) {
    double total = house.powerWatt();
    TicText text = new TicText(' ');
    text.group("ADCO", "041961999999").group("OPTARIF", "BASE").group("ISOUSC", "45");
    text.number("BASE", 9, house.importWattHour()).group("PTEC", "TH..");
    text.number("IINST", 3, Math.abs(total) * VOLT_AMPERE_PER_WATT / house.volt(1));
    text.group("IMAX", "090").group("PAPP", five(tens(Math.max(0, total))));
    return text.group("HHPHC", "A").group("MOTDETAT", "000000").end();
  }

  private void addLive(House house, boolean threePhases, boolean producer) {
    double total = house.powerWatt();
    int phases = threePhases ? 3 : 1;
    for (int phase = 1; phase <= phases; phase++) {
      double watt = threePhases ? house.powerWatt(phase) : total;
      number("IRMS" + phase, 3, Math.abs(watt) * VOLT_AMPERE_PER_WATT / house.volt(phase));
    }
    for (int phase = 1; phase <= phases; phase++) {
      number("URMS" + phase, 3, house.volt(phase));
    }
    group("PREF", threePhases ? "18" : "12").group("PCOUP", threePhases ? "18" : "12");
    group("SINSTS", five(Math.max(0, total) * VOLT_AMPERE_PER_WATT));
    for (int phase = 1; threePhases && phase <= 3; phase++) {
      group("SINSTS" + phase, five(Math.max(0, house.powerWatt(phase)) * VOLT_AMPERE_PER_WATT));
    }
    if (producer) {
      group("SINSTI", five(Math.max(0, -total) * VOLT_AMPERE_PER_WATT));
    }
  }

  private TicText number(String label, int digits, double value) {
    return group(label, String.format(Locale.ROOT, "%0" + digits + ".0f", Math.floor(value)));
  }

  private TicText stamped(String label, String stamp, String data) {
    return group(label, stamp + separator + data);
  }

  /** Label and data; in historical mode the separator in front of the checksum does not count. */
  private TicText group(String label, String data) {
    String counted = label + separator + data + (separator == '\t' ? "\t" : "");
    int sum = counted.chars().sum();
    String text = label + separator + data + separator + (char) ((sum & 0x3F) + ' ');
    put('\n');
    for (byte character : text.getBytes(StandardCharsets.US_ASCII)) {
      put(character);
    }
    put('\r');
    return this;
  }

  private byte[] end() {
    put(0x03);
    return frame.toByteArray();
  }

  private void put(int character) {
    frame.write(Integer.bitCount(character) % 2 == 0 ? character : character | 0x80);
  }

  private static double tens(double value) {
    return Math.rint(value / 10) * 10;
  }

  private static String five(double value) {
    return String.format(Locale.ROOT, "%05.0f", value);
  }

  private static String stamp(Instant time) {
    ZonedDateTime local = time.atZone(ZONE);
    return (ZONE.getRules().isDaylightSavings(time) ? "E" : "H") + STAMP.format(local);
  }
}
