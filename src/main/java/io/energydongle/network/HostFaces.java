// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.snapshot.MonotonicClock;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The interfaces of this machine. Existence and carrier come from the kernel's own list, because an
 * interface without any address is missing in that of Java.
 *
 * <p>Source: {@code platform.md} section 3.2.
 */
final class HostFaces implements Face.Source {

  private static final Path KERNEL = Path.of("/sys/class/net");

  /** Shorter than from one look of whoever looks regularly to the next. */
  private static final long VALID_NANOS = Duration.ofMillis(200).toNanos();

  private final MonotonicClock clock;
  private final AddressChanges changes = new AddressChanges();
  private final Map<String, List<Face.Address>> known = new HashMap<>();
  private long lookNanos;

  HostFaces(MonotonicClock clock) {
    this.clock = clock;
    lookNanos = clock.nanos();
  }

  @Override
  public Face look(String name) {
    Path face = KERNEL.resolve(name);
    return Files.isDirectory(face)
        ? new Face(true, hasCarrier(face), addressesOf(name))
        : Face.ABSENT;
  }

  private List<Face.Address> addressesOf(String name) {
    long now = clock.nanos();
    if (now - lookNanos >= 0) {
      lookNanos = now + VALID_NANOS;
      if (changes.look()) {
        known.clear();
      }
    }
    List<Face.Address> before = known.getOrDefault(name, List.of());
    if (!before.isEmpty()) {
      return before;
    }
    // Also an answer that failed for once; nothing would make it better later.
    List<Face.Address> found = addresses(name);
    known.put(name, found);
    return found;
  }

  private static boolean hasCarrier(Path face) {
    try {
      return Files.readString(face.resolve("carrier"), StandardCharsets.US_ASCII)
          .strip()
          .equals("1");
    } catch (IOException e) {
      // The kernel refuses to say it of an interface that is switched off.
      return false;
    }
  }

  private static List<Face.Address> addresses(String name) {
    try {
      NetworkInterface face = NetworkInterface.getByName(name);
      return face == null
          ? List.of()
          : face.getInterfaceAddresses().stream()
              .filter(each -> each.getAddress() instanceof Inet4Address)
              .map(
                  each ->
                      new Face.Address(
                          each.getAddress().getHostAddress(), each.getNetworkPrefixLength()))
              .toList();
    } catch (SocketException e) {
      // It has just been taken away.
      return List.of();
    }
  }
}
