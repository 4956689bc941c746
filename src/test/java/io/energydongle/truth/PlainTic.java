// SPDX-License-Identifier: Apache-2.0
package io.energydongle.truth;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A decoder of whole TIC frames that is slow and easy to believe. Source: {@code tic.md} sections 2
 * to 6, read anew.
 */
final class PlainTic {

  private static final List<String> HISTORICAL_COUNTERS =
      List.of(
          "BASE", "HCHC", "HCHP", "EJPHN", "EJPHPM", "BBRHCJB", "BBRHPJB", "BBRHCJW", "BBRHPJW",
          "BBRHCJR", "BBRHPJR");

  private final Map<String, String> groups = new HashMap<>();
  private final Map<String, String> stamps = new HashMap<>();
  private final SortedMap<String, String> facts = new TreeMap<>();

  private PlainTic() {}

  /** Facts of what stands between STX and ETX. */
  static SortedMap<String, String> decode(String frame) {
    PlainTic plain = new PlainTic();
    boolean standard = frame.indexOf('\t') >= 0;
    for (String group : frame.split("\r", 0)) {
      String content = group.substring(1, group.length() - 1);
      String[] parts = content.split(standard ? "\t" : " ", -1);
      plain.groups.put(parts[0], parts[standard ? parts.length - 2 : 1]);
      if (standard && parts.length == 4) {
        plain.stamps.put(parts[0], parts[1]);
      }
    }
    if (standard) {
      plain.standard();
    } else {
      plain.historical();
    }
    return plain.facts;
  }

  private void standard() {
    facts.put("serial", groups.get("ADSC"));
    instant(stamps.get("DATE")).ifPresent(at -> facts.put("time", at));
    boolean three = groups.containsKey("IRMS2");
    int phases = three ? 3 : 1;
    int[] volt = numbers("URMS", phases);
    int[] ampere = numbers("IRMS", phases);
    int[] power = three ? numbers("SINSTS", 3) : new int[] {number("SINSTS")};
    for (int i = 0; i < phases && three; i++) {
      double apart = Math.abs(power[i] - (double) volt[i] * ampere[i]);
      if (power[i] > 0 && apart > 1.5 * volt[i] + 0.1 * power[i]) {
        power[i] = volt[i] * ampere[i];
      }
    }
    int total = total(power, volt, ampere);
    facts.put("W", "" + total);
    for (int i = 0; i < phases; i++) {
      int n = i + 1;
      facts.put("V" + n, "" + volt[i]);
      facts.put("W" + n, "" + (three ? power[i] : Math.max(0, total)));
      boolean derived = !three && number("SINSTS") == 0 && number("SINSTI") == 0;
      int measured = three ? power[i] : derived ? 0 : Math.abs(total);
      facts.put("A" + n, ampere(measured, volt[i], ampere[i]));
    }
    facts.put("import Wh", "" + number("EAST"));
    if (groups.containsKey("EAIT")) {
      facts.put("export Wh", "" + number("EAIT"));
    }
  }

  private int total(int[] power, int[] volt, int[] ampere) {
    boolean exporting = (Long.parseLong(groups.get("STGE"), 16) >> 9 & 1) == 1;
    int taken = number("SINSTS");
    int fed = number("SINSTI");
    if (taken > 0 && !(fed > 0 && exporting)) {
      return taken;
    }
    if (fed > 0) {
      return -fed;
    }
    if (!groups.containsKey("SINSTI") && exporting) {
      int sum =
          IntStream.range(0, power.length)
              .map(i -> power[i] > 0 ? power[i] : -volt[i] * ampere[i])
              .sum();
      return Math.min(0, sum);
    }
    return 0;
  }

  /** Finer than whole amperes where power over voltage is within one ampere of them. */
  private static String ampere(int power, int volt, int whole) {
    BigDecimal coarse = BigDecimal.valueOf(whole);
    if (power == 0 || volt == 0) {
      return PlainP1.plain(coarse);
    }
    BigDecimal fine =
        BigDecimal.valueOf(power).divide(BigDecimal.valueOf(volt), 3, RoundingMode.HALF_UP);
    boolean near = fine.subtract(coarse).abs().compareTo(BigDecimal.ONE) <= 0;
    return PlainP1.plain(near ? fine : coarse);
  }

  private void historical() {
    facts.put("serial", groups.get("ADCO"));
    boolean three = groups.containsKey("IINST1");
    int[] ampere = three ? numbers("IINST", 3) : new int[] {number("IINST")};
    int total = number("PAPP");
    int sum = Arrays.stream(ampere).sum();
    facts.put("W", "" + total);
    for (int i = 0; i < ampere.length; i++) {
      facts.put("A" + (i + 1), "" + ampere[i]);
      long share = sum == 0 ? total / ampere.length : Math.round((double) total * ampere[i] / sum);
      facts.put("W" + (i + 1), "" + share);
    }
    long energy =
        HISTORICAL_COUNTERS.stream()
            .filter(groups::containsKey)
            .mapToLong(label -> Long.parseLong(groups.get(label)))
            .sum();
    facts.put("import Wh", "" + energy);
  }

  private int number(String label) {
    return Integer.parseInt(groups.getOrDefault(label, "0"));
  }

  private int[] numbers(String label, int count) {
    return IntStream.rangeClosed(1, count).map(n -> number(label + n)).toArray();
  }

  /** Capital letters of the season mean a clock that is right: H winter, E summer. */
  private static Optional<String> instant(String stamp) {
    if (stamp == null || !stamp.matches("[HE][0-9]{12}")) {
      return Optional.empty();
    }
    LocalDateTime local =
        LocalDateTime.parse(
            "20" + stamp.substring(1), DateTimeFormatter.ofPattern("uuuuMMddHHmmss"));
    return Optional.of(
        local.toInstant(ZoneOffset.ofHours(stamp.charAt(0) == 'E' ? 2 : 1)).toString());
  }
}
