// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What runs as root: takes the request of the gateway, checks everything again on a copy of its
 * own, and lays a good release beside the others. It does not switch to it: that is the matter of
 * {@code systemd/select}, which this tells on standard output, in one line, what to do.
 *
 * <p>Source: {@code platform.md} 1.7, point 3.
 */
public final class Installer {

  private static final String ARRIVED = "arrived.edu";

  /** Our names of processors, by the names that Java has for them. */
  private static final Map<String, String> PROCESSORS =
      Map.of("aarch64", "arm64", "arm", "armhf", "amd64", "amd64");

  private static final List<String> PROGRAMS = List.of("make-archive", "red-light");

  private final Path stateDir;
  private final ReleaseShelf shelf;
  private final UpdateKeys keys;
  private final Installation installation;
  private final String processor;
  private final PrintStream out;

  /**
   * An installer.
   *
   * @param stateDir of the gateway.
   * @param installation the release that runs, which is the one that this belongs to.
   * @param processor as {@code os.arch} has it.
   * @param out where the one line goes.
   */
  public Installer(
      Path stateDir,
      ReleaseShelf shelf,
      UpdateKeys keys,
      Installation installation,
      String processor,
      PrintStream out) {
    this.stateDir = stateDir;
    this.shelf = shelf;
    this.keys = keys;
    this.installation = installation;
    this.processor = PROCESSORS.getOrDefault(processor, processor);
    this.out = out;
  }

  /** Carries out what is asked for, if anything is. */
  public void run() throws IOException {
    try (Inbox inbox = Inbox.open(stateDir)) {
      Optional<String> request = inbox.takeRequest();
      if (request.isPresent()) {
        carryOut(request.get(), inbox);
      }
    }
  }

  private void carryOut(String request, Inbox inbox) throws IOException {
    String[] words = request.split(" ", 2);
    String rest = words.length == 2 ? words[1] : "";
    switch (words[0]) {
      case "install" -> install(rest, inbox);
      case "confirm" -> Version.parse(rest).ifPresent(version -> out.println("confirm " + version));
      case "go-back" -> goBack(rest);
      default ->
          throw new IOException(
              "the request must be install, confirm or go-back, is \"" + printable(request) + "\"");
    }
  }

  private void goBack(String rest) {
    String[] words = rest.split(" ", 2);
    String reason = words.length == 2 ? words[1] : "";
    Version.parse(words[0])
        .ifPresent(from -> out.println("go-back " + from + " " + printable(reason)));
  }

  /** What a shell script and a log can take as it is. */
  private static String printable(String text) {
    return text.replaceAll("[^A-Za-z0-9 .,:;()_/-]", "?");
  }

  private void install(String digest, Inbox inbox) throws IOException {
    Path arrived = shelf.state().resolve(ARRIVED);
    String version = "-";
    try {
      if (shelf.onTrial().isPresent()) {
        throw new Refusal(
            "busy", "A release is on trial; wait until it has proved itself or gone back.");
      }
      ReleaseHead head;
      try (InputStream staged = inbox.staged()) {
        head =
            new Intake(keys, installation::admit, (manifest, bytes) -> {})
                .take(staged, Intake.NOWHERE, arrived);
      }
      version = head.manifest().version().toString();
      if (!head.digest().equals(digest)) {
        throw new Refusal(
            "swapped",
            "The release that waits is not the one that was checked: something was put in its"
                + " place in between. Bring it once more.");
      }
      lay(head, arrived);
      boolean raised = head.manifest().securityEpoch() > installation.securityEpoch();
      out.println(
          "try "
              + version
              + " "
              + head.manifest().securityEpoch()
              + (raised ? " forget" : " keep"));
    } catch (Refusal e) {
      out.println("refuse " + version + " " + e.code() + " " + printable(e.sentence()));
    } finally {
      Files.deleteIfExists(arrived);
      inbox.deleteStaged();
    }
  }

  /**
   * Unpacks under a name that nobody uses, and gives the folder its name when all is on the disk.
   */
  private void lay(ReleaseHead head, Path archive) throws Refusal, IOException {
    Path target = shelf.releases().resolve(head.manifest().version().toString());
    Path arriving = shelf.releases().resolve(".arriving");
    delete(arriving);
    Files.createDirectories(arriving.resolve("lib"));
    try {
      Intake.readArchive(
          head,
          archive,
          (name, content, bytes) -> {
            if (!name.startsWith("lib/")) {
              write(arriving.resolve(name), content, PROGRAMS.contains(name));
            } else if (name.startsWith("lib/" + processor + "/")) {
              write(arriving.resolve("lib/libjSerialComm.so"), content, false);
            }
          });
      Path manifest = arriving.resolve("manifest");
      write(
          manifest,
          new java.io.ByteArrayInputStream(head.text().getBytes(StandardCharsets.UTF_8)),
          false);
      for (Path folder : List.of(arriving.resolve("lib"), arriving)) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        sync(folder);
      }
      // Left by an update that was cut short, or given up long ago: nothing leads there.
      delete(target);
      Files.move(arriving, target, StandardCopyOption.ATOMIC_MOVE);
      sync(shelf.releases());
    } finally {
      delete(arriving);
    }
  }

  private static void write(Path file, InputStream content, boolean program) throws IOException {
    Files.copy(content, file);
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(each);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
