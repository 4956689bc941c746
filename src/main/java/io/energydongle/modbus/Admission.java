// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who may connect when every place is taken. A rebooted charger gets in at its first try; a scanner
 * or a curious laptop cannot push out a live charger; two live masters do not throw each other out
 * every second.
 *
 * <p>Pure: connections are given, nothing is closed here.
 *
 * <p>Source: {@code modbus.md} section 4, row "when full".
 */
final class Admission {

  private static final long SILENT_NANOS_MIN = Duration.ofSeconds(5).toNanos();
  private static final int PERIODS = 3;

  private Admission() {}

  /**
   * What has to be known of a connection.
   *
   * @param <C> the connection itself.
   * @param address where it comes from.
   * @param everAsked true when it has sent a valid request.
   * @param silentNanos time since its last request, or since it connected.
   * @param periodNanos how often it polls, 0 when not known.
   */
  record Seated<C>(
      C connection, InetAddress address, boolean everAsked, long silentNanos, long periodNanos) {

    boolean overdue() {
      return silentNanos > Math.max(SILENT_NANOS_MIN, PERIODS * periodNanos);
    }
  }

  /** The connection that has to make room for a newcomer; empty when the newcomer has to go. */
  static <C> Optional<C> makesRoom(List<Seated<C>> seated, InetAddress newcomer) {
    Comparator<Seated<C>> longestSilent = Comparator.comparingLong(Seated::silentNanos);
    Optional<Seated<C>> sameAddress =
        seated.stream().filter(s -> s.address.equals(newcomer)).max(longestSilent);
    Optional<Seated<C>> neverAsked = seated.stream().filter(s -> !s.everAsked).max(longestSilent);
    Optional<Seated<C>> overdue = seated.stream().filter(Seated::overdue).max(longestSilent);
    return sameAddress.or(() -> neverAsked).or(() -> overdue).map(Seated::connection);
  }
}
