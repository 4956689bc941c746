// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.snapshot.MonotonicClock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Whether any network interface of the host has an IPv4 address; at most a second old. */
final class HostInterfaces implements NetworkState {

  private static final long VALID_NANOS = Duration.ofSeconds(2).toNanos();

  private final MonotonicClock clock;
  private List<InetAddress> addresses = List.of();
  private long lookNanos;

  HostInterfaces(MonotonicClock clock) {
    this.clock = clock;
    this.lookNanos = clock.nanos();
  }

  @Override
  public synchronized boolean isUp(boolean linkLocalCounts) {
    long now = clock.nanos();
    if (now - lookNanos >= 0) {
      addresses = look();
      lookNanos = now + VALID_NANOS;
    }
    return isUp(addresses, linkLocalCounts);
  }

  static boolean isUp(List<InetAddress> addresses, boolean linkLocalCounts) {
    return addresses.stream()
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .anyMatch(address -> linkLocalCounts || !address.isLinkLocalAddress());
  }

  private static List<InetAddress> look() {
    try {
      return NetworkInterface.networkInterfaces().flatMap(HostInterfaces::addressesOf).toList();
    } catch (SocketException e) {
      // The kernel says so when there is none.
      return List.of();
    }
  }

  private static Stream<InetAddress> addressesOf(NetworkInterface face) {
    try {
      return face.isUp() ? face.inetAddresses() : Stream.empty();
    } catch (SocketException e) {
      // It has just been taken away.
      return Stream.empty();
    }
  }
}
