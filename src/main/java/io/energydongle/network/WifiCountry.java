// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the country of the settings on to the machine, which decides with it on which channels its
 * radio may send. Only root may set it: this leaves a file, and {@code energy-dongle-country.path}
 * of the package waits for it.
 *
 * <p>Source: {@code platform.md} section 3.3; systemd.exec(5), {@code RuntimeDirectory}.
 */
public final class WifiCountry {

  private static final Logger LOG = LoggerFactory.getLogger(WifiCountry.class);

  static final String FILE = "wifi-country";

  private final Optional<Path> runtimeDir;
  private String told = "";

  /**
   * A way to the machine.
   *
   * @param runtimeDir value of {@code RUNTIME_DIRECTORY}; without it nobody waits for the file.
   */
  public WifiCountry(Optional<Path> runtimeDir) {
    this.runtimeDir = runtimeDir;
  }

  /** Passes it on when it is another one; an empty one leaves the machine as it is. */
  public synchronized void use(String country) {
    if (country.isEmpty() || country.equals(told) || runtimeDir.isEmpty()) {
      return;
    }
    Path file = runtimeDir.get().resolve(FILE);
    Path draft = runtimeDir.get().resolve(FILE + ".new");
    try {
      Files.writeString(draft, country + "\n");
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      told = country;
    } catch (IOException e) {
      LOG.warn("the country of the Wi-Fi could not be passed on: {}", e.toString());
    }
  }
}
