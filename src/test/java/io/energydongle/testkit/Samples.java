// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's own samples, and the public captures beside the project. */
public final class Samples {

  /** Our own samples, written from the facts of the standards. */
  public static final Path OWN = Path.of("src/test/resources/telegrams/p1");

  /** Our own French samples. */
  public static final Path OWN_TIC = Path.of("src/test/resources/telegrams/tic");

  /** Captures from public sources; not part of the project. */
  private static final Path SHARED = Path.of("../shared/telegrams/p1");

  private static final Path SHARED_TIC = Path.of("../shared/telegrams/tic");

  public static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Samples() {}

  /** The folder of public P1 captures; skips the test, loudly, where it is absent. */
  public static Path shared() {
    return present(SHARED);
  }

  /** The folder of public TIC captures; skips the test, loudly, where it is absent. */
  public static Path sharedTic() {
    return present(SHARED_TIC);
  }

  private static Path present(Path folder) {
    if (!Files.isDirectory(folder)) {
      System.err.println(
          "\n*** SKIPPED: "
              + folder
              + " is absent, so nothing was tested against real captures ***\n");
    }
    assumeTrue(Files.isDirectory(folder), "no public captures beside the project");
    return folder;
  }

  /** All bytes of a file. */
  public static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Our own sample of that name. */
  public static byte[] own(String name) {
    return bytes(OWN.resolve(name));
  }

  /** Our own French sample of that name. */
  public static byte[] tic(String name) {
    return bytes(OWN_TIC.resolve(name));
  }

  /** Our own TIC frames and those of the public captures, where they are. */
  public static List<Path> allTicFrames() {
    Stream<Path> own = files(OWN_TIC).stream().filter(f -> f.toString().endsWith(".telegram"));
    Stream<Path> others =
        Files.isDirectory(SHARED_TIC)
            ? files(SHARED_TIC).stream().filter(f -> f.toString().endsWith(".txt"))
            : Stream.empty();
    return Stream.concat(own, others).toList();
  }

  /** A JSON file, numbers exact. */
  public static JsonNode json(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Files of a folder, not of those below it, by name. */
  public static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Our own telegrams and captures, good and bad. */
  public static Stream<Path> ownCaptures() {
    return Stream.of(
            OWN, OWN.resolve("bad"), OWN.resolve("encrypted"), OWN_TIC, OWN_TIC.resolve("bad"))
        .flatMap(folder -> files(folder).stream())
        .filter(file -> !file.toString().endsWith(".json"));
  }

  /** Our own telegrams and those of the public captures, where they are. */
  public static List<Path> allTelegrams() {
    Stream<Path> own = files(OWN).stream().filter(f -> f.toString().endsWith(".telegram"));
    Stream<Path> others =
        Files.isDirectory(SHARED)
            ? files(SHARED).stream().filter(f -> f.toString().endsWith(".txt"))
            : Stream.empty();
    return Stream.concat(own, others).toList();
  }
}
