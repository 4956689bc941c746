// SPDX-License-Identifier: Apache-2.0
package io.energydongle.truth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Telegrams as the meters of every country write them, with numbers by chance; some with what goes
 * wrong in the field. Source: {@code p1.md} sections 3, 5 and 7.
 */
final class RandomP1 {

  private static final List<String> ODD_VALUES =
      List.of(
          "",
          "-",
          "*kW",
          "1.2.3*kW",
          "00.5kW",
          "00.500*kWW",
          "0,500*kW",
          "00000",
          "12",
          "1e3*kW",
          "99999.999*MW",
          ".5*kW",
          "5.*kW",
          "-00.250*kW",
          "00.250*W",
          "650.0*V",
          "20000*A",
          "ZZ",
          "00.250*KW",
          "0.0004*kW",
          "000000000.123456789*kWh");

  private final Random random;
  private final List<String> lines = new ArrayList<>();

  RandomP1(long seed) {
    random = new Random(seed);
  }

  /** A telegram with its checksum and line end. */
  byte[] next() {
    lines.clear();
    List<Consumer<RandomP1>> countries =
        List.of(
            RandomP1::dutch5,
            RandomP1::dutch42,
            RandomP1::dutch2,
            RandomP1::belgian,
            RandomP1::luxembourgish,
            RandomP1::swedish,
            RandomP1::austrian,
            RandomP1::hungarian);
    pick(countries).accept(this);
    String ident = lines.remove(0);
    if (one(4)) {
      spoil();
    }
    String end = one(50) ? "\n" : "\r\n";
    StringBuilder text = new StringBuilder("/" + ident + end + end);
    lines.forEach(line -> text.append(line).append(end));
    byte[] body = text.append('!').toString().getBytes(StandardCharsets.ISO_8859_1);
    String checksum = String.format(Locale.ROOT, "%04X", crc(body));
    byte[] tail =
        ((one(10) ? checksum.toLowerCase(Locale.ROOT) : checksum) + "\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] telegram = new byte[body.length + tail.length];
    System.arraycopy(body, 0, telegram, 0, body.length);
    System.arraycopy(tail, 0, telegram, body.length, tail.length);
    return telegram;
  }

  /** CRC-16/ARC, bit by bit. */
  static int crc(byte[] bytes) {
    int crc = 0;
    for (byte each : bytes) {
      crc ^= each & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
      }
    }
    return crc;
  }

  private void dutch5() {
    say(pick(List.of("ISK5\\2M550T-1012", "Ene5\\XS210 ESMR 5.0", "KFM5KAIFA-METER", "KAM5")));
    say("1-3:0.2.8(50)");
    dutchHead();
    power(3, 3, "kW");
    failures();
    text();
    phases(one(2) ? 1 : 3, "%05.1f*V", "%03.0f*A", true);
    mbus("24.2.1", "96.1.0", "%09.3f*m3");
  }

  private void dutch42() {
    say(pick(List.of("KFM5KAIFA-METER", "XMX5LGBBFFB231215493", "ISk5\\2MT382-1000")));
    say("1-3:0.2.8(42)");
    dutchHead();
    power(3, 3, "kW");
    failures();
    text();
    phases(one(2) ? 1 : 3, "", "%03.0f*A", true);
    mbus("24.2.1", "96.1.0", "%09.3f*m3");
  }

  private void dutch2() {
    say(pick(List.of("KMP5 KA6U001585575011", "ISk5\\2ME382-1003")));
    say("0-0:96.1.1(" + hex("204B41365530") + ")");
    tariffs("%09.3f*kWh", 2);
    say("0-0:96.14.0(0001)");
    power(4, 2, "kW");
    say("0-0:17.0.0(0999.00*kW)");
    say("0-0:96.3.10(1)");
    say("0-1:24.1.0(3)");
    say("0-1:96.1.0(" + hex("3238303131303031") + ")");
    say("0-1:24.3.0(121030140000)(00)(60)(1)(0-1:24.2.1)(m3)");
    say(String.format(Locale.ROOT, "(%09.3f)", number(99999)));
    say("0-1:24.4.0(1)");
  }

  private void belgian() {
    say("FLU5\\253769484_A");
    say("0-0:96.1.4(50217)");
    say("0-0:96.1.1(" + hex("3153414731313030303030323331") + ")");
    say("0-0:1.0.0(" + stamp() + ")");
    tariffs("%010.3f*kWh", 2);
    say("0-0:96.14.0(0002)");
    say(value("1-0:1.4.0", "%06.3f*kW", 9));
    say("1-0:1.6.0(" + stamp() + ")(" + format("%06.3f*kW", 9) + ")");
    int months = random.nextInt(15);
    StringBuilder history = new StringBuilder("0-0:98.1.0(" + months + ")(1-0:1.6.0)(1-0:1.6.0)");
    for (int i = 0; i < months; i++) {
      String end = one(20) ? "632525252525W" : stamp();
      history.append("(" + end + ")(" + stamp() + ")(" + format("%06.3f*kW", 9) + ")");
    }
    say(history.toString());
    power(2, 3, "kW");
    phases(one(2) ? 1 : 3, "%05.1f*V", "%06.2f*A", true);
    say("0-0:96.3.10(1)");
    say("0-0:17.0.0(999.9*kW)");
    say("1-0:31.4.0(999*A)");
    text();
    mbus("24.2.3", "96.1.1", "%09.3f*m3");
  }

  private void luxembourgish() {
    say("Lux5\\253663629_D");
    say("1-3:0.2.8(42)");
    say("0-0:1.0.0(" + stamp() + ")");
    say("0-0:42.0.0(" + hex("53414731303330") + ")");
    say(value("1-0:1.8.0", "%010.3f*kWh", 900_000));
    say(value("1-0:2.8.0", "%010.3f*kWh", 900_000));
    power(2, 3, "kW");
    phases(3, "%05.1f*V", "%03.0f*A", true);
    say("1-1:31.4.0(100*A)(-063*A)");
    mbus("24.2.1", "96.1.0", "%09.3f*m3");
  }

  private void swedish() {
    say(pick(List.of("ELL5\\253833635_A", "ADN9 6534", "KAM5")));
    say("0-0:1.0.0(" + stamp().replace('S', 'W') + ")");
    say(value("1-0:1.8.0", "%012.3f*kWh", 900_000));
    say(value("1-0:2.8.0", "%012.3f*kWh", 900_000));
    power(4, 3, "kW");
    say(value("1-0:3.7.0", "%08.3f*kvar", 9));
    phases(3, "%05.1f*V", "%05.1f*A", true);
  }

  private void austrian() {
    say("EST5\\253710000_A");
    say("1-3:0.2.8(50)");
    say("0-0:1.0.0(" + stamp() + ")");
    say(value("1-0:1.8.0", "%09.0f*Wh", 900_000_000));
    say(value("1-0:1.8.1", "%09.0f*Wh", 900_000_000));
    say(value("1-0:1.8.2", "%09.0f*Wh", 900_000_000));
    power(6, 0, "W");
  }

  private void hungarian() {
    say("SAG5SAG-METER");
    say("0-0:1.0.0(" + stamp() + ")");
    say("0-0:96.14.0(0001)");
    say(value("1-0:1.8.0", "%010.3f*kWh", 900_000));
    tariffs("%010.3f*kWh", 4);
    say(value("1-0:15.8.0", "%010.3f*kWh", 900_000));
    say("1-0:13.7.0(4.556)");
    power(2, 3, "kW");
    phases(3, "%05.1f*V", "%03.0f*A", false);
    say("0-0:98.1.0(" + stamp() + ")(000123.456*kWh)(000001.000*kWh)");
  }

  private void dutchHead() {
    say("0-0:1.0.0(" + stamp() + ")");
    say("0-0:96.1.1(" + hex("4530303433303036393430303134") + ")");
    tariffs("%010.3f*kWh", 2);
    say("0-0:96.14.0(000" + (1 + random.nextInt(2)) + ")");
  }

  private void tariffs(String form, int count) {
    for (int t = 1; t <= count; t++) {
      say(value("1-0:1.8." + t, form, 90_000));
    }
    for (int t = 1; t <= count; t++) {
      say(value("1-0:2.8." + t, form, 90_000));
    }
  }

  private void power(int digits, int decimals, String unit) {
    String form =
        "%0" + (digits + decimals + (decimals > 0 ? 1 : 0)) + "." + decimals + "f*" + unit;
    say(value("1-0:1.7.0", form, unit.equals("W") ? 9000 : 30));
    say(value("1-0:2.7.0", form, one(2) ? 0 : unit.equals("W") ? 9000 : 30));
  }

  private void phases(int count, String volt, String ampere, boolean power) {
    for (int n = 1; n <= count; n++) {
      int c = 20 * n;
      if (!volt.isEmpty()) {
        say(value("1-0:" + (c + 12) + ".7.0", volt, 250));
      }
      say(value("1-0:" + (c + 11) + ".7.0", ampere, 60));
      if (power) {
        say(value("1-0:" + (c + 1) + ".7.0", "%06.3f*kW", 12));
        say(value("1-0:" + (c + 2) + ".7.0", "%06.3f*kW", one(2) ? 0 : 12));
      }
    }
  }

  private void mbus(String reading, String id, String form) {
    int devices = random.nextInt(3);
    for (int n = 1; n <= devices; n++) {
      say("0-" + n + ":24.1.0(" + pick(List.of("003", "007", "004", "3", "012", "")) + ")");
      say("0-" + n + ":" + id + "(" + hex("473030333430303534") + ")");
      String unit = one(5) ? format("%09.3f*GJ", 99) : one(9) ? "00000000" : format(form, 99_999);
      say("0-" + n + ":" + reading + "(" + stamp() + ")(" + unit + ")");
    }
  }

  private void failures() {
    say("0-0:96.7.21(0000" + random.nextInt(10) + ")");
    say("1-0:99.97.0(1)(0-0:96.7.19)(" + stamp() + ")(2147483647*s)");
    say("1-0:32.32.0(00002)");
  }

  private void text() {
    say("0-0:96.13.0(" + (one(3) ? hex("2F2148616C6C6F") : "") + ")");
    if (one(20)) {
      say("0-0:96.13.0(test-/-test! /ISK5 1-0:1.7.0)");
    }
  }

  /** What goes wrong in the field, once or a few times. */
  private void spoil() {
    int faults = 1 + random.nextInt(3);
    for (int i = 0; i < faults && lines.size() > 3; i++) {
      int at = random.nextInt(lines.size());
      String line = lines.get(at);
      switch (random.nextInt(8)) {
        case 0 -> lines.remove(at);
        case 1 -> Collections.shuffle(lines.subList(0, at), random);
        case 2 -> lines.add(at, line.replaceFirst("\\([^()]*\\)$", "(" + pick(ODD_VALUES) + ")"));
        case 3 -> lines.set(at, line.replaceFirst("\\([^()]*\\)$", "(" + pick(ODD_VALUES) + ")"));
        case 4 -> lines.set(at, line.replaceFirst("(?<!255)\\(", one(2) ? "*255(" : ".255("));
        case 5 -> lines.set(at, line.replaceFirst("^1-0:", "1-1:"));
        case 6 -> lines.add(at, "9-9:99.99." + random.nextInt(300) + "(1)");
        default -> lines.set(at, line.replace("m3", "m\u00B3"));
      }
    }
  }

  private String hex(String usual) {
    return one(6) ? pick(List.of("", "4142", "41424", "ABC", "00000000", "2020", "FFFE")) : usual;
  }

  private String stamp() {
    return one(15)
        ? pick(List.of("000101010000W", "700101010000W", "000000000000W", "991399999999S", ""))
        : String.format(
            "%02d%02d%02d%02d%02d%02d%s",
            10 + random.nextInt(40),
            1 + random.nextInt(12),
            1 + random.nextInt(31),
            random.nextInt(24),
            random.nextInt(60),
            random.nextInt(60),
            one(2) ? "S" : "W");
  }

  private String value(String object, String form, double max) {
    return object + "(" + format(form, max) + ")";
  }

  private String format(String form, double max) {
    return String.format(Locale.ROOT, form, number(max));
  }

  private double number(double max) {
    return one(5) ? 0 : random.nextDouble() * max;
  }

  private void say(String line) {
    lines.add(line);
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
