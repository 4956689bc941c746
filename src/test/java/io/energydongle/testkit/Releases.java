// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** Real releases of the fat JAR, also broken ones, signed with a key made for one test. */
public final class Releases {

  private final Path dir;
  private final Path key;

  /** Makes a key. */
  public Releases(Path dir) throws IOException, InterruptedException {
    this.dir = Files.createDirectories(dir);
    key = dir.resolve("release.key");
    run("openssl", "genpkey", "-algorithm", "ed25519", "-out", key.toString());
    run("openssl", "pkey", "-in", key.toString(), "-pubout", "-out", key + ".pub");
  }

  /** Changes the files of a JAR. */
  public interface Change {
    void to(Path root) throws IOException, InterruptedException;
  }

  /** A release as it is. */
  public static final Change NONE = root -> {};

  /** The JAR as another version, which takes releases that are signed with the key of this. */
  public Path jar(String version, Change change) throws IOException, InterruptedException {
    Path jar = dir.resolve("energy-dongle-" + version + ".jar");
    Files.copy(Gateway.JAR, jar, StandardCopyOption.REPLACE_EXISTING);
    try (FileSystem files = FileSystems.newFileSystem(jar)) {
      Path properties = files.getPath("energy-dongle.properties");
      String text = Files.readString(properties);
      Files.writeString(properties, text.replaceAll("(?m)^version=.*", "version=" + version));
      Files.writeString(
          files.getPath("update-keys/active.pem"), Files.readString(Path.of(key + ".pub")));
      change.to(files.getPath("/"));
    }
    return jar;
  }

  /** A release file of a JAR. */
  public Path pack(Path jar) throws IOException, InterruptedException {
    String out = run("tools/pack-release", jar.toString(), key.toString(), dir.toString());
    return Path.of(out.strip());
  }

  /** A change that takes the program's first class away. */
  public static Change withoutMain() {
    return root -> Files.delete(root.resolve("io/energydongle/app/Main.class"));
  }

  /** A change of one line of one class of the source. */
  public Change patched(String source, String line, String by) {
    return root -> {
      Path file = Path.of("src/main/java/io/energydongle").resolve(source);
      String text = Files.readString(file);
      if (!text.contains(line)) {
        throw new AssertionError(source + " has no line " + line);
      }
      Path changed = dir.resolve(file.getFileName().toString());
      Files.writeString(changed, text.replace(line, by));
      Path classes = Files.createTempDirectory(dir, "classes");
      run(
          Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
          "--release",
          "17",
          "-proc:none",
          "-nowarn",
          "-cp",
          Gateway.JAR.toString(),
          "-d",
          classes.toString(),
          changed.toString());
      try (Stream<Path> made = Files.walk(classes)) {
        for (Path each : (Iterable<Path>) made.filter(Files::isRegularFile)::iterator) {
          Path target = root.resolve(classes.relativize(each).toString());
          Files.copy(each, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    };
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Commands.Result result = Commands.run(command);
    if (result.status() != 0) {
      throw new AssertionError(List.of(command) + ": " + result.err());
    }
    return result.out();
  }
}
