// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Version of a release. Its text is the name of a folder, so it holds nothing but letters, digits,
 * dots and hyphens, and begins with a digit.
 *
 * <p>Source: Semantic Versioning 2.0.0, sections 2, 9 and 11; build metadata is not allowed.
 *
 * @param major 0..999999.
 * @param minor 0..999999.
 * @param patch 0..999999.
 * @param preRelease identifiers behind the hyphen; empty for a release proper.
 */
public record Version(int major, int minor, int patch, List<String> preRelease)
    implements Comparable<Version> {

  private static final int LENGTH_MAX = 48;
  private static final String NUMBER = "(0|[1-9][0-9]{0,5})";
  private static final String IDENTIFIER = "(?:0|[1-9][0-9]{0,8}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
  private static final Pattern FORM =
      Pattern.compile(
          NUMBER
              + "\\."
              + NUMBER
              + "\\."
              + NUMBER
              + "(?:-("
              + IDENTIFIER
              + "(?:\\."
              + IDENTIFIER
              + ")*))?");

  public Version {
    preRelease = List.copyOf(preRelease);
  }

  /** Reads a version such as {@code 1.4.0} or {@code 1.4.0-rc.1}; empty for anything else. */
  public static Optional<Version> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (text.length() > LENGTH_MAX || !parts.matches()) {
      return Optional.empty();
    }
    String identifiers = parts.group(4);
    return Optional.of(
        new Version(
            Integer.parseInt(parts.group(1)),
            Integer.parseInt(parts.group(2)),
            Integer.parseInt(parts.group(3)),
            identifiers == null ? List.of() : List.of(identifiers.split("\\.", -1))));
  }

  @Override
  public int compareTo(Version other) {
    int order = Integer.compare(major, other.major);
    if (order == 0) {
      order = Integer.compare(minor, other.minor);
    }
    if (order == 0) {
      order = Integer.compare(patch, other.patch);
    }
    if (order == 0) {
      // What comes before a release is older than it.
      order = Boolean.compare(preRelease.isEmpty(), other.preRelease.isEmpty());
    }
    for (int i = 0; order == 0 && i < Math.min(preRelease.size(), other.preRelease.size()); i++) {
      order = compare(preRelease.get(i), other.preRelease.get(i));
    }
    return order == 0 ? Integer.compare(preRelease.size(), other.preRelease.size()) : order;
  }

  private static int compare(String one, String other) {
    boolean number = one.chars().allMatch(Character::isDigit);
    boolean otherNumber = other.chars().allMatch(Character::isDigit);
    if (number && otherNumber) {
      return Integer.compare(Integer.parseInt(one), Integer.parseInt(other));
    }
    return number == otherNumber ? one.compareTo(other) : Boolean.compare(otherNumber, number);
  }

  /** As it was read. */
  @Override
  public String toString() {
    String numbers = major + "." + minor + "." + patch;
    return preRelease.isEmpty() ? numbers : numbers + "-" + String.join(".", preRelease);
  }
}
