// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.config.WholeFile;
import io.energydongle.identity.IdentityException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The folder that says who the device is; its files are small texts. */
record IdentityFolder(Path dir) {

  private static final int FILE_BYTES_MAX = 256 * 1024;

  /** What a file holds; empty when there is none. */
  Optional<String> read(String name) throws IdentityException {
    Path file = dir.resolve(name);
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IdentityException(file + " is too large");
      }
      return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IdentityException(file + " cannot be read (" + e + ")");
    }
  }

  boolean has(String name) {
    return Files.exists(dir.resolve(name));
  }

  /** Replaces a file, readable by its owner only. */
  void write(String name, String text) throws IOException {
    Files.createDirectories(dir);
    WholeFile.write(dir.resolve(name), text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Puts one file in the place of another, in one step. */
  void replace(String name, String by) throws IOException {
    Files.move(
        dir.resolve(by),
        dir.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  void delete(String name) throws IOException {
    Files.deleteIfExists(dir.resolve(name));
  }
}
