// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.config.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers over restarts which profiles have worked once, by their digests. A profile that has
 * worked never opens the access point again by itself: otherwise whoever disturbs the radio opens
 * it.
 */
final class NetworkMemory {

  private static final Logger LOG = LoggerFactory.getLogger(NetworkMemory.class);
  private static final String FILE_NAME = "network-proven";

  private final Path file;
  private final Set<String> lines = new TreeSet<>();

  NetworkMemory(Path stateDir) {
    file = stateDir.resolve(FILE_NAME);
    try {
      lines.addAll(Files.readAllLines(file, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      LOG.debug("nothing is remembered about the network: {}", e.toString());
    }
  }

  /** True when exactly this profile was in use last, so that it need not be made again. */
  boolean isInForce(Profile profile) {
    return lines.contains("in-force " + profile.name() + " " + profile.digest());
  }

  /** True when this profile has worked since it was made. */
  boolean isProven(Profile profile) {
    return lines.contains("proven " + profile.name() + " " + provable(profile));
  }

  void inForce(Profile profile) {
    change("in-force " + profile.name(), Optional.of(profile.digest()));
  }

  void proven(Profile profile) {
    change("proven " + profile.name(), Optional.of(provable(profile)));
  }

  /** Nothing is known of a profile any more. */
  void forget(String profile) {
    change("in-force " + profile, Optional.empty());
    change("proven " + profile, Optional.empty());
  }

  /** What may differ between a profile that is tried and the same once it has worked. */
  private static String provable(Profile profile) {
    return new Profile(
            profile.name(),
            profile.type(),
            profile.device(),
            profile.properties().entrySet().stream()
                .filter(each -> !each.getKey().equals("connection.autoconnect"))
                .collect(
                    Collectors.toMap(
                        java.util.Map.Entry::getKey,
                        java.util.Map.Entry::getValue,
                        (a, b) -> a,
                        java.util.TreeMap::new)),
            profile.key())
        .digest();
  }

  private void change(String what, Optional<String> digest) {
    Set<String> before = Set.copyOf(lines);
    lines.removeIf(line -> line.startsWith(what + " "));
    digest.ifPresent(text -> lines.add(what + " " + text));
    if (Objects.equals(before, lines)) {
      return;
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      WholeFile.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      LOG.warn("cannot remember the network in {}: {}", file, e.toString());
    }
  }
}
