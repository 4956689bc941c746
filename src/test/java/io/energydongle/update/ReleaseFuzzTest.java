// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.testkit.Scratch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any release, signed by who may sign, in the hands of the part that runs as root: it is laid as a
 * folder of its own that holds nothing but files of a release, or refused in one harmless line; and
 * nothing else on the disk changes.
 *
 * <p>An input is a byte of circumstances, the manifest up to a line feed, and the archive. The test
 * enters length, digest and the sums of tar headers, where the circumstances say so, and signs.
 */
class ReleaseFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DIR = Scratch.folder();
  private static final UpdateKeys KEYS = TestRelease.keys();
  private static final int BLOCK = 512;
  private static final Set<String> FILES =
      Set.of(
          "energy-dongle.jar",
          "jvm.options",
          "make-archive",
          "red-light",
          "lib/libjSerialComm.so",
          "manifest");

  @DictionaryEntries({
    "../",
    "/etc/cron.d/x",
    "lib/arm64/libjSerialComm.so",
    "red-light",
    "make-archive",
    "ustar",
    "\"version\":\"0.3.0-rc.1\"",
    "\"security_epoch\":2",
    "\"min_from\":\"0.0.1\"",
    "\"board\":[\"linux\"]",
    "\"java\":17",
    "\"size\":",
    "\"sha256\":",
    "00000000000",
    "77777777777",
    "\"version\":\"../0.2.0\""
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void a_release_lies_in_its_own_folder_or_nothing_is_changed(byte[] bytes) throws IOException {
    Scratch.empty(DIR);
    Shelf shelf = Shelf.with(DIR.resolve("opt"), "0.1.0");
    Path inbox = Files.createDirectories(DIR.resolve("state/update"));
    Map<String, String> before = Shelf.all(DIR);

    byte[] release = release(bytes);
    Files.write(inbox.resolve("staged.edu"), release);
    Files.writeString(inbox.resolve("request"), "install " + digest(release) + "\n");
    String answer = answer(shelf);

    Map<String, String> after = new TreeMap<>(Shelf.all(DIR));
    after.keySet().removeAll(before.keySet());
    if (answer.startsWith("try ")) {
      check(answer.matches("try [0-9][0-9A-Za-z.-]{0,47} [0-9]{1,7} (keep|forget)"), answer);
      checkLaid(after, "opt/releases/" + answer.split(" ", 4)[1] + "/", release.length);
    } else {
      check(answer.matches("refuse [0-9A-Za-z.-]+ [a-z-]+ [A-Z][A-Za-z0-9 .,:;()_/?-]+"), answer);
      check(after.isEmpty(), "refused, and yet there is " + after);
    }
    Map<String, String> untouched = Shelf.all(DIR);
    untouched.keySet().retainAll(before.keySet());
    check(untouched.equals(before), "what was there was changed: " + untouched);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static void checkLaid(Map<String, String> files, String folder, long bytesMax)
      throws IOException {
    long bytes = 0;
    for (Map.Entry<String, String> each : files.entrySet()) {
      check(each.getKey().startsWith(folder), each.getKey() + " lies outside " + folder);
      check(FILES.contains(each.getKey().substring(folder.length())), each.getKey());
      check(!each.getValue().startsWith("->"), each.getKey() + " is a link");
      bytes += Files.size(DIR.resolve(each.getKey()));
    }
    check(files.containsKey(folder + "energy-dongle.jar"), "there is no program");
    check(bytes <= bytesMax, "more came out than went in");
  }

  private static String answer(Shelf shelf) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Installer(
            DIR.resolve("state"),
            shelf.read(),
            KEYS,
            new Installation(Version.parse("0.1.0").orElseThrow(), 1, "linux", 17, true),
            "aarch64",
            new PrintStream(out, true, StandardCharsets.UTF_8))
        .run();
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  /** Of the first three lines, as the gateway asks for it. */
  private static String digest(byte[] release) {
    int lines = 0;
    int at = 0;
    while (at < release.length && lines < 3) {
      lines += release[at++] == '\n' ? 1 : 0;
    }
    return TestRelease.sha256(Arrays.copyOf(release, at));
  }

  private static byte[] release(byte[] input) throws IOException {
    int circumstances = input.length == 0 ? 0 : input[0];
    byte[] rest = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
    if ((circumstances & 1) != 0) {
      return rest;
    }
    int end = 0;
    while (end < rest.length && rest[end] != '\n') {
      end++;
    }
    byte[] archive = Arrays.copyOfRange(rest, Math.min(end + 1, rest.length), rest.length);
    if ((circumstances & 2) == 0) {
      sumUp(archive);
    }
    String manifest = new String(rest, 0, end, StandardCharsets.UTF_8);
    if ((circumstances & 4) == 0) {
      manifest = fitting(manifest, archive);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    String head = "energy-dongle release 1\n" + manifest + "\n" + TestRelease.sign(manifest) + "\n";
    all.write(head.getBytes(StandardCharsets.UTF_8));
    all.write(archive);
    return all.toByteArray();
  }

  private static String fitting(String manifest, byte[] archive) {
    try {
      if (JSON.readTree(manifest) instanceof ObjectNode root) {
        return root.put("size", archive.length)
            .put("sha256", TestRelease.sha256(archive))
            .toString();
      }
    } catch (IOException e) {
      // No manifest, and it stays one.
    }
    return manifest;
  }

  /** Enters the right sum wherever a block looks like a header. */
  private static void sumUp(byte[] archive) {
    for (int at = 0; at + BLOCK <= archive.length; at += BLOCK) {
      if (archive[at + 257] == 'u' && archive[at + 258] == 's') {
        Arrays.fill(archive, at + 148, at + 156, (byte) ' ');
        int sum = 0;
        for (int i = at; i < at + BLOCK; i++) {
          sum += archive[i] & 0xFF;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, archive, at + 148, digits.length);
      }
    }
  }

  static Stream<byte[]> seeds() throws IOException {
    TestRelease full =
        TestRelease.of("0.2.0")
            .file("make-archive", "#!/bin/sh\n")
            .file("lib/arm64/libjSerialComm.so", "arm64");
    Stream<byte[]> releases =
        List.of(
                TestRelease.of("0.2.0"),
                full,
                TestRelease.of("0.2.0").file("../../x", "out"),
                TestRelease.of("0.2.0").entry("red-light", '2', "/etc/shadow", new byte[0]))
            .stream()
            .map(ReleaseFuzzTest::input);
    Stream<byte[]> bad =
        BadReleases.all().stream()
            .filter(each -> each.bytes().length < 4_000)
            .map(each -> concat(new byte[] {1}, each.bytes()));
    return Stream.concat(releases, bad);
  }

  private static byte[] input(TestRelease release) {
    try {
      String manifest = "\0" + release.manifest() + "\n";
      return concat(manifest.getBytes(StandardCharsets.UTF_8), release.archive());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
