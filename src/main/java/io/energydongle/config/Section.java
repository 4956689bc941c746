// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads one section of a configuration key by key, and collects what is wrong with it instead of
 * stopping at the first fault. A key that is wrong yields its default, so that reading goes on.
 */
final class Section {

  private static final String HALF_A_CHARACTER =
      "must not hold half a character (an unpaired surrogate)";

  private final String name;
  private final JsonNode node;
  private final List<ConfigProblem> problems;
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * A section of a file.
   *
   * @param name prefix of its keys; empty for the whole file.
   * @param problems where faults are collected.
   */
  Section(String name, JsonNode node, List<ConfigProblem> problems) {
    this.name = name;
    this.node = node;
    this.problems = problems;
    if (!node.isMissingNode() && !node.isObject()) {
      // Not shown: what stands there may be a secret.
      problems.add(
          new ConfigProblem(
              name.isEmpty() ? "the file" : name,
              "must be a section with keys, is " + article(node)));
    }
  }

  Section section(String key) {
    asked.add(key);
    return new Section(path(key), node.path(key), problems);
  }

  String text(String key, String fallback) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return fallback;
    }
    if (!value.isTextual()) {
      wrong(key, "must be a text in quotes, is " + value);
      return fallback;
    }
    if (!isWhole(value.textValue())) {
      wrong(key, HALF_A_CHARACTER);
      return fallback;
    }
    return value.textValue();
  }

  /** False for a text that no encoding can hold, and that no other program takes. */
  private static boolean isWhole(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** A text of one line: no control characters, and not longer than so many characters. */
  String line(String key, String fallback, int lengthMax) {
    String text = text(key, fallback);
    if (text.length() > lengthMax) {
      wrong(key, "must have at most " + lengthMax + " characters, has " + text.length());
      return fallback;
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      wrong(key, "must be one line without control characters");
      return fallback;
    }
    return text;
  }

  /** A text that may have several lines, as the PEM of a certificate. */
  String block(String key, String fallback, int lengthMax) {
    String text = text(key, fallback);
    if (text.length() > lengthMax) {
      wrong(key, "must have at most " + lengthMax + " characters, has " + text.length());
      return fallback;
    }
    if (text.chars().anyMatch(c -> Character.isISOControl(c) && "\r\n\t".indexOf(c) < 0)) {
      wrong(key, "must be a text without control characters");
      return fallback;
    }
    return text;
  }

  /** An IPv4 address, or nothing. */
  String ipv4OrEmpty(String key) {
    String text = text(key, "");
    if (!text.isEmpty() && Ipv4.parse(text).isEmpty()) {
      wrong(key, "must be an IPv4 address such as 192.168.1.5, is \"" + text + "\"");
      return "";
    }
    return text;
  }

  /** A secret text of one line, which is never shown, not even when it is wrong. */
  Optional<Secret> secretText(String key, int lengthMin, int lengthMax) {
    String text = secretText(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.length() < lengthMin || text.length() > lengthMax) {
      wrong(
          key,
          "must have "
              + lengthMin
              + " to "
              + lengthMax
              + " characters, has "
              + text.length()
              + " (not shown, it is a secret)");
      return Optional.empty();
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      wrong(key, "must be one line without control characters (not shown, it is a secret)");
      return Optional.empty();
    }
    return Optional.of(Secret.ofText(text));
  }

  /** The sections of a list. */
  List<Section> list(String key, int sizeMax) {
    JsonNode list = value(key);
    if (list.isMissingNode()) {
      return List.of();
    }
    if (!list.isArray() || list.size() > sizeMax) {
      wrong(key, "must be a list of at most " + sizeMax + " entries");
      return List.of();
    }
    List<Section> sections = new ArrayList<>();
    for (JsonNode entry : list) {
      sections.add(new Section(path(key) + "[" + sections.size() + "]", entry, problems));
    }
    return sections;
  }

  /** Bytes as hexadecimal digits, which are never shown, not even when they are wrong. */
  Optional<Secret> secret(String key, int bytes) {
    String digits = secretText(key);
    if (digits.isEmpty()) {
      return Optional.empty();
    }
    if (digits.length() != 2 * bytes || !digits.matches("[0-9A-Fa-f]*")) {
      wrong(
          key,
          "must be "
              + 2 * bytes
              + " hexadecimal digits, has "
              + digits.length()
              + " characters (not shown, it is a secret)");
      return Optional.empty();
    }
    return Optional.of(Secret.ofHex(digits));
  }

  private String secretText(String key) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return "";
    }
    if (!value.isTextual()) {
      wrong(key, "must be a text in quotes, is " + article(value) + " (not shown, it is a secret)");
      return "";
    }
    if (!isWhole(value.textValue())) {
      wrong(key, HALF_A_CHARACTER + " (not shown, it is a secret)");
      return "";
    }
    return value.textValue();
  }

  private static String article(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "a section";
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      default -> "nothing";
    };
  }

  boolean flag(String key, boolean fallback) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return fallback;
    }
    if (!value.isBoolean()) {
      wrong(key, "must be true or false, is " + value);
      return fallback;
    }
    return value.booleanValue();
  }

  int number(String key, int fallback, int min, int max) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return fallback;
    }
    boolean fits = value.isIntegralNumber() && value.canConvertToInt();
    if (!fits || value.intValue() < min || value.intValue() > max) {
      wrong(key, "must be a whole number " + min + ".." + max + ", is " + value);
      return fallback;
    }
    return value.intValue();
  }

  /** One of a set of words, each of which a constant stands for. */
  <E extends Enum<E>> E choice(String key, E fallback, E[] all, Function<E, String> word) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return fallback;
    }
    Optional<E> found =
        Arrays.stream(all).filter(e -> word.apply(e).equals(value.textValue())).findFirst();
    if (found.isEmpty()) {
      String words = Arrays.stream(all).map(word).collect(Collectors.joining(", "));
      wrong(key, "must be one of " + words + ", is " + value);
    }
    return found.orElse(fallback);
  }

  /** Adds a problem of a key. */
  void wrong(String key, String message) {
    problems.add(new ConfigProblem(path(key), message));
  }

  /** To be called last: every key that nobody asked for is a problem. */
  void refuseUnknownKeys() {
    List<String> unknown = new ArrayList<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(asked);
    for (String key : unknown) {
      wrong(key, "is not known here; known are " + String.join(", ", asked));
    }
  }

  private JsonNode value(String key) {
    asked.add(key);
    return node.path(key);
  }

  private String path(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }
}
