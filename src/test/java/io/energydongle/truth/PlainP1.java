// SPDX-License-Identifier: Apache-2.0
package io.energydongle.truth;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A P1 decoder that is slow and easy to believe: regular expressions, strings and decimals, nothing
 * remembered. The truth that the fast one is held against.
 *
 * <p>Source: {@code p1.md} sections 2 to 7, read anew.
 */
final class PlainP1 {

  private static final Pattern LINE =
      Pattern.compile(
          "([0-9]{1,3})-([0-9]{1,3}):([0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3})(?:[.*]255)?"
              + "((?:\\([^()]*\\))+)");

  private static final Pattern CONTINUATION = Pattern.compile("(?:\\([^()]*\\))+");
  private static final Pattern BRACKET = Pattern.compile("\\(([^()]*)\\)");
  private static final Pattern NUMBER =
      Pattern.compile("(-?[0-9]{0,9}(?:\\.[0-9]{0,9})?)(?:\\*([^*]*))?");
  private static final Pattern TIME = Pattern.compile("([0-9]{12})([SW]?)");
  private static final Pattern HEX = Pattern.compile("(?:[0-9A-Fa-f]{2})+");

  private static final BigDecimal MEGA = BigDecimal.valueOf(1_000_000);
  private static final BigDecimal VOLT_MAX = BigDecimal.valueOf(600);
  private static final BigDecimal AMPERE_MAX = BigDecimal.valueOf(10_000);
  private static final BigDecimal WATT_MAX = BigDecimal.valueOf(10_000_000);

  /** Brackets of each object; the first line of an object counts. */
  private final Map<String, List<String>> objects = new LinkedHashMap<>();

  /** Objects whose line was there but not understood. */
  private final SortedMap<String, String> facts = new TreeMap<>();

  private PlainP1() {}

  /** Facts of a telegram, from slash to exclamation mark, by name; absent what it does not say. */
  static SortedMap<String, String> decode(String telegram) {
    PlainP1 plain = new PlainP1();
    plain.split(telegram);
    plain.interpret();
    return plain.facts;
  }

  private void split(String telegram) {
    String body = telegram.substring(1, telegram.lastIndexOf('!'));
    List<String> lines = new ArrayList<>();
    for (String line : body.split("\r\n|\r|\n", -1)) {
      boolean more = CONTINUATION.matcher(line).matches() && !lines.isEmpty();
      if (more) {
        lines.set(lines.size() - 1, lines.get(lines.size() - 1) + line);
      } else {
        lines.add(line);
      }
    }
    for (String line : lines.subList(1, lines.size())) {
      Matcher found = LINE.matcher(line);
      if (found.matches()) {
        int a = Integer.parseInt(found.group(1));
        int b = Integer.parseInt(found.group(2));
        // Electricity is matched in either medium group.
        String group = a == 1 && b <= 1 ? "1-0" : a + "-" + b;
        List<String> brackets =
            BRACKET.matcher(found.group(4)).results().map(each -> each.group(1)).toList();
        objects.putIfAbsent(group + ":" + found.group(3), brackets);
      }
    }
  }

  private void interpret() {
    text("0-0:96.1.1")
        .or(() -> text("0-0:42.0.0"))
        .or(() -> text("0-0:96.1.0"))
        .ifPresent(serial -> facts.put("serial", serial));
    put(
        "time",
        bracket("0-0:1.0.0", 0).or(() -> bracket("0-0:1.1.0", 0)).flatMap(PlainP1::instant));
    bracket("0-0:96.14.0", 0)
        .filter(tariff -> tariff.matches("[0-9]{1,9}"))
        .ifPresent(tariff -> facts.put("tariff", "" + Integer.parseInt(tariff)));
    if (usable("1-0:1.7.0") && usable("1-0:2.7.0")) {
      put("import W", quantity("1-0:1.7.0", 0, "w", WATT_MAX));
      put("export W", quantity("1-0:2.7.0", 0, "w", WATT_MAX));
    }
    for (int phase = 1; phase <= 3; phase++) {
      phase(phase);
    }
    energy("import Wh", "1-0:1.8.");
    energy("export Wh", "1-0:2.8.");
    demand();
    for (int channel = 1; channel <= 9; channel++) {
      mbus(channel);
    }
  }

  /** Half of a difference is no power. */
  private boolean usable(String object) {
    return bracket(object, 0).isEmpty() || quantity(object, 0, "w", WATT_MAX).isPresent();
  }

  private void phase(int n) {
    int c = 20 * n;
    put("V" + n, quantity("1-0:" + (c + 12) + ".7.0", 0, "v", VOLT_MAX));
    put("A" + n, quantity("1-0:" + (c + 11) + ".7.0", 0, "a", AMPERE_MAX));
    String imported = "1-0:" + (c + 1) + ".7.0";
    String exported = "1-0:" + (c + 2) + ".7.0";
    Optional<BigDecimal> fromGrid = quantity(imported, 0, "w", WATT_MAX);
    Optional<BigDecimal> toGrid = quantity(exported, 0, "w", WATT_MAX);
    if (!usable(imported) || !usable(exported)) {
      return;
    }
    if (fromGrid.isPresent() || toGrid.isPresent()) {
      facts.put(
          "W" + n,
          plain(fromGrid.orElse(BigDecimal.ZERO).subtract(toGrid.orElse(BigDecimal.ZERO))));
    }
  }

  private void energy(String name, String object) {
    Optional<BigDecimal> total = quantity(object + "0", 0, "wh", null);
    List<Optional<BigDecimal>> tariffs =
        IntStream.rangeClosed(1, 4).mapToObj(t -> quantity(object + t, 0, "wh", null)).toList();
    boolean whole =
        IntStream.rangeClosed(1, 4)
            .allMatch(t -> tariffs.get(t - 1).isPresent() || !objects.containsKey(object + t));
    for (int t = 1; t <= 4; t++) {
      put(name + " " + t, tariffs.get(t - 1));
    }
    boolean any = tariffs.stream().anyMatch(Optional::isPresent);
    BigDecimal sum =
        tariffs.stream().flatMap(Optional::stream).reduce(BigDecimal.ZERO, BigDecimal::add);
    put(name, total.isPresent() || !any || !whole ? total : Optional.of(sum));
  }

  private void demand() {
    put("demand W", quantity("1-0:1.4.0", 0, "w", WATT_MAX));
    Optional<BigDecimal> peak = quantity("1-0:1.6.0", 1, "w", WATT_MAX);
    put("peak W", peak);
    if (peak.isPresent()) {
      put("peak at", bracket("1-0:1.6.0", 0).flatMap(PlainP1::instant));
    }
    List<String> history = objects.getOrDefault("0-0:98.1.0", List.of());
    if (history.size() > 3
        && history.get(1).equals("1-0:1.6.0")
        && history.get(2).equals("1-0:1.6.0")) {
      for (int at = 3, month = 0; at + 2 < history.size() && month < 13; at += 3) {
        Optional<BigDecimal> watt = quantity("0-0:98.1.0", at + 2, "w", WATT_MAX);
        if (watt.isPresent()) {
          month++;
          put("month " + month + " W", watt);
          put("month " + month + " ends", instant(history.get(at)));
          put("month " + month + " at", instant(history.get(at + 1)));
        }
      }
    }
  }

  private void mbus(int channel) {
    String name = "mbus " + channel;
    String prefix = "0-" + channel + ":";
    bracket(prefix + "24.1.0", 0)
        .filter(type -> type.matches("[0-9]{1,9}"))
        .ifPresent(type -> facts.put(name + " type", "" + Integer.parseInt(type)));
    text(prefix + "96.1.0")
        .or(() -> text(prefix + "96.1.1"))
        .filter(id -> !(id.length() > 3 && id.chars().distinct().count() == 1))
        .ifPresent(id -> facts.put(name + " id", id));
    Stream.of("24.2.1", "24.2.3", "24.3.0", "24.3.1")
        .map(prefix::concat)
        .filter(objects::containsKey)
        .findFirst()
        .ifPresent(object -> counter(name, objects.get(object)));
  }

  private void counter(String name, List<String> brackets) {
    boolean old = brackets.size() > 6;
    String last = old ? brackets.get(6) : brackets.get(brackets.size() - 1);
    if (brackets.size() > 1) {
      put(name + " at", instant(brackets.get(0)));
    }
    Matcher number = NUMBER.matcher(last);
    if (!number.matches()) {
      return;
    }
    String unit =
        old && !brackets.get(5).isEmpty()
            ? brackets.get(5)
            : Optional.ofNullable(number.group(2)).orElse("");
    Optional<BigDecimal> value = decimal(number.group(1));
    Optional<String> known =
        switch (unit.toLowerCase(Locale.ROOT)) {
          case "m3", "m\u00B3", "m\u00C2\u00B3" -> Optional.of("m3");
          case "gj" -> Optional.of("GJ");
          case "mj" -> Optional.of("MJ");
          case "kwh" -> Optional.of("kWh");
          case "wh" -> Optional.of("Wh");
          default -> Optional.empty();
        };
    if (known.isPresent() && value.isPresent() && value.get().signum() >= 0) {
      // Millionths are what is kept.
      put(name + " " + known.get(), value.map(v -> v.setScale(6, RoundingMode.HALF_UP)));
    }
  }

  private Optional<String> bracket(String object, int n) {
    List<String> brackets = objects.getOrDefault(object, List.of());
    return n < brackets.size() && !brackets.get(n).isEmpty()
        ? Optional.of(brackets.get(n))
        : Optional.empty();
  }

  /** A number in its unit without prefix; nothing when it or its unit is wrong. */
  private Optional<BigDecimal> quantity(String object, int n, String unit, BigDecimal max) {
    Matcher found = NUMBER.matcher(bracket(object, n).orElse(""));
    if (!found.matches()) {
      return Optional.empty();
    }
    if (found.group(2) == null) {
      // A zero needs no unit, unless it is a power.
      return decimal(found.group(1)).filter(value -> value.signum() == 0 && !unit.equals("w"));
    }
    String sent = found.group(2).toLowerCase(Locale.ROOT);
    Optional<BigDecimal> factor =
        sent.equals(unit)
            ? Optional.of(BigDecimal.ONE)
            : sent.equals("k" + unit)
                ? Optional.of(BigDecimal.valueOf(1000))
                : sent.equals("m" + unit) ? Optional.of(MEGA) : Optional.empty();
    return decimal(found.group(1))
        .flatMap(value -> factor.map(value::multiply))
        .filter(value -> max == null || value.abs().compareTo(max) <= 0);
  }

  private static Optional<BigDecimal> decimal(String digits) {
    return digits.chars().anyMatch(Character::isDigit)
        ? Optional.of(new BigDecimal(digits.endsWith(".") ? digits + "0" : digits))
        : Optional.empty();
  }

  /** Text as hexadecimal when it can be that and says something printable, else as it stands. */
  private Optional<String> text(String object) {
    return bracket(object, 0)
        .map(
            sent -> {
              if (!HEX.matcher(sent).matches()) {
                return sent.strip();
              }
              StringBuilder said = new StringBuilder();
              for (int at = 0; at < sent.length(); at += 2) {
                said.append((char) Integer.parseInt(sent.substring(at, at + 2), 16));
              }
              boolean printable = said.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
              return printable ? said.toString().strip() : sent;
            })
        .filter(said -> !said.isEmpty());
  }

  private static Optional<String> instant(String sent) {
    Matcher found = TIME.matcher(sent);
    if (!found.matches()) {
      return Optional.empty();
    }
    String d = found.group(1);
    int[] part =
        IntStream.range(0, 6).map(i -> Integer.parseInt(d.substring(2 * i, 2 * i + 2))).toArray();
    try {
      LocalDateTime local =
          LocalDateTime.of(2000 + part[0], part[1], part[2], part[3], part[4], part[5]);
      // DSMR 2.2 and 3.0 send no flag.
      ZoneId zone =
          switch (found.group(2)) {
            case "S" -> ZoneOffset.ofHours(2);
            case "W" -> ZoneOffset.ofHours(1);
            default -> ZoneId.of("Europe/Amsterdam");
          };
      boolean clockless = d.matches("000101.*|700101.*");
      return clockless ? Optional.empty() : Optional.of(local.atZone(zone).toInstant().toString());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private void put(String name, Optional<?> value) {
    value.ifPresent(
        v -> facts.put(name, v instanceof BigDecimal decimal ? plain(decimal) : v.toString()));
  }

  static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
