// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Folders for tests that write thousands of files a second and wait for the disk each time: in
 * memory, where the machine has such a place. Deleted when the JVM ends.
 */
public final class Scratch {

  private static final Path MEMORY = Path.of("/dev/shm");

  private Scratch() {}

  /** A new folder. */
  public static Path folder() {
    try {
      Path dir =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "energy-dongle-test")
              : Files.createTempDirectory("energy-dongle-test");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(dir)));
      return dir;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes everything in a folder, but not the folder. */
  public static void empty(Path dir) {
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
        if (!each.equals(dir)) {
          Files.delete(each);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path dir) {
    empty(dir);
    try {
      Files.delete(dir);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
