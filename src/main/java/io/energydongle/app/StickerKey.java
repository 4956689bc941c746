// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key on the sticker of the device: the password until the user chooses another one. It is made
 * with the device and only read here; a device without one has no password that works, rather than
 * one that everybody knows.
 */
final class StickerKey {

  private static final Logger LOG = LoggerFactory.getLogger(StickerKey.class);

  /** Name of the file in the identity folder. */
  static final String FILE_NAME = "admin-key";

  private static final int LENGTH_MIN = 16;

  private final Path file;

  private StickerKey(Path file) {
    this.file = file;
  }

  static StickerKey of(Path identityDir) {
    return new StickerKey(identityDir.resolve(FILE_NAME));
  }

  /** The key; empty when there is none that is long enough. */
  Optional<String> read() {
    try {
      String key = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (key.length() >= LENGTH_MIN) {
        return Optional.of(key);
      }
      LOG.error("{} holds fewer than {} characters; nobody can log in", file, LENGTH_MIN);
    } catch (IOException e) {
      LOG.error("no sticker key ({}); nobody can log in until there is one", e.toString());
    }
    return Optional.empty();
  }
}
