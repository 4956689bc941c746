// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name that this device really has by multicast DNS. Where two ask for the same one, Avahi
 * gives the second a number, such as {@code energy-dongle-2.local}.
 *
 * <p>Source: {@code platform.md} section 4.
 */
final class LocalName {

  private static final List<String> ASK =
      List.of(
          "busctl",
          "--system",
          "call",
          "org.freedesktop.Avahi",
          "/",
          "org.freedesktop.Avahi.Server",
          "GetHostNameFqdn");

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Pattern ANSWER = Pattern.compile("s \"([A-Za-z0-9.-]{1,253})\"");

  private LocalName() {}

  /** Asks; empty when nobody knows. */
  static Optional<String> ask() {
    try {
      Command.Ended ended = Command.run(ASK, "", TIMEOUT);
      return ended.status() == 0 ? nameIn(ended.out()) : Optional.empty();
    } catch (NetworkException e) {
      return Optional.empty();
    }
  }

  static Optional<String> nameIn(String answer) {
    Matcher name = ANSWER.matcher(answer.strip());
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }
}
