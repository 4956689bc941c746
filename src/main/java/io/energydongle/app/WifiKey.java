// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.config.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key of the access point, as on the sticker. It is made with the device and only read here.
 */
final class WifiKey {

  private static final Logger LOG = LoggerFactory.getLogger(WifiKey.class);

  /** Name of the file in the identity folder. */
  static final String FILE_NAME = "wifi-key";

  private WifiKey() {}

  /** The key; empty when there is none that WPA2 takes: 8 to 63 signs of ASCII. */
  static Optional<Secret> in(Path identityDir) {
    Path file = identityDir.resolve(FILE_NAME);
    try {
      String key = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (key.matches("[ -~]{8,63}")) {
        return Optional.of(Secret.ofText(key));
      }
      LOG.error("{} holds no key of 8 to 63 signs; there is no access point", file);
    } catch (IOException e) {
      LOG.info("no Wi-Fi key ({}); there is no access point", e.toString());
    }
    return Optional.empty();
  }
}
