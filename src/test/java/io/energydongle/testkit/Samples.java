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

  /** Captures from public sources; not part of the project. */
  private static final Path SHARED = Path.of("../shared/telegrams/p1");

  public static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Samples() {}

  /** The folder of public captures; skips the test, loudly, where it is absent. */
  public static Path shared() {
    if (!Files.isDirectory(SHARED)) {
      System.err.println(
          "\n*** SKIPPED: "
              + SHARED
              + " is absent, so nothing was tested against real captures ***\n");
    }
    assumeTrue(Files.isDirectory(SHARED), "no public captures beside the project");
    return SHARED;
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
    return Stream.of(OWN, OWN.resolve("bad"), OWN.resolve("encrypted"))
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
