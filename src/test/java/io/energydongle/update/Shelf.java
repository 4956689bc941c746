// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import io.energydongle.testkit.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Releases in a folder of a test, switched by the real script. */
final class Shelf {

  static final Path SELECT = Path.of("systemd/select").toAbsolutePath();

  final Path dir;

  Shelf(Path dir) {
    this.dir = dir;
  }

  /** With the first version in use. */
  static Shelf with(Path dir, String... versions) throws IOException {
    for (String version : versions) {
      Path release = Files.createDirectories(dir.resolve("releases").resolve(version));
      Files.writeString(release.resolve("energy-dongle.jar"), version);
    }
    Files.createDirectories(dir.resolve("update"));
    Files.createSymbolicLink(dir.resolve("current"), Path.of("releases", versions[0]));
    return new Shelf(dir);
  }

  String select(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("env", "ENERGY_DONGLE_DIR=" + dir));
    command.addAll(List.of("ENERGY_DONGLE_RESTART=true", "sh", SELECT.toString()));
    command.addAll(List.of(words));
    Commands.Result result = Commands.run(command.toArray(String[]::new));
    return result.status() + result.err();
  }

  /** As many starts of the service, one after the other. */
  void startOften(int times) throws IOException, InterruptedException {
    Commands.Result result =
        Commands.run(
            "sh",
            "-c",
            "export ENERGY_DONGLE_DIR=$1; for i in $(seq $2); do sh $3 start || exit 1; done",
            "sh",
            dir.toString(),
            Integer.toString(times),
            SELECT.toString());
    if (result.status() != 0) {
      throw new AssertionError("start: " + result.err());
    }
  }

  String current() throws IOException {
    return Files.readSymbolicLink(dir.resolve("current")).getFileName().toString();
  }

  ReleaseShelf read() {
    return new ReleaseShelf(dir);
  }

  /** State of the last update, and its code. */
  String result() {
    return read()
        .result()
        .map(r -> (r.state() + " " + r.version() + " " + r.code()).strip())
        .orElse("");
  }

  /** Everything in a folder: names, where links lead, and contents. */
  static Map<String, String> all(Path dir) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = dir.relativize(file).toString();
        if (Files.isSymbolicLink(file)) {
          all.put(name, "-> " + Files.readSymbolicLink(file));
        } else if (Files.isRegularFile(file)) {
          all.put(name, TestRelease.sha256(Files.readAllBytes(file)));
        }
      }
    }
    return all;
  }
}
