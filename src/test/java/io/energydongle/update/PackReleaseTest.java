// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.testkit.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tool that makes releases, with openssl and tar, and the program that takes them. */
class PackReleaseTest {

  private static final Installation INSTALLED =
      new Installation(Version.parse("0.1.0").orElseThrow(), 1, "cm4-carrier", 17, false);

  @TempDir Path dir;

  private Path jar() throws IOException {
    Path jar = dir.resolve("program.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      put(zip, "energy-dongle.properties", "version=1.4.0\nsecurity_epoch=3\n");
      for (String processor : List.of("armv8_64", "armv6hf", "x86_64")) {
        put(zip, "Linux/" + processor + "/libjSerialComm.so", processor);
      }
    }
    return jar;
  }

  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    // Otherwise the JAR says when it was made, and is another one two seconds later.
    entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(content.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private void pack(String out) throws Exception {
    Commands.Result packed =
        Commands.run(
            "tools/pack-release",
            jar().toString(),
            "src/test/resources/update/test-key.pem",
            dir.resolve(out).toString(),
            "--board",
            "linux,cm4-carrier",
            "--min-from",
            "0.1.0");
    assertThat(packed.status()).as(packed.err()).isZero();
  }

  @Test
  void what_the_tool_packs_is_taken_with_every_file_in_its_place() throws Exception {
    pack("out");
    Path release = dir.resolve("out/energy-dongle-1.4.0.edu");
    Path taken = dir.resolve("taken/release");
    Intake intake = new Intake(TestRelease.keys(), INSTALLED::admit, (manifest, bytes) -> {});
    ReleaseHead head;
    try (InputStream in = Files.newInputStream(release)) {
      head = intake.take(in, Intake.NOWHERE, taken);
    }
    assertThat(taken).hasSameBinaryContentAs(release);
    assertThat(head.manifest().version()).hasToString("1.4.0");
    assertThat(head.manifest().securityEpoch()).isEqualTo(3);
    assertThat(head.manifest().boards()).containsExactly("linux", "cm4-carrier");
    assertThat(dir.resolve("out/energy-dongle-1.4.0.manifest.edu")).hasContent(head.text());
    List<String> names = new ArrayList<>();
    Intake.readArchive(
        head,
        taken,
        (name, content, bytes) -> {
          names.add(name);
          if (name.equals("lib/armhf/libjSerialComm.so")) {
            assertThat(content).hasContent("armv6hf");
          }
        });
    assertThat(names)
        .containsExactly(
            "energy-dongle.jar",
            "jvm.options",
            "lib/amd64/libjSerialComm.so",
            "lib/arm64/libjSerialComm.so",
            "lib/armhf/libjSerialComm.so",
            "make-archive",
            "red-light");
  }

  @Test
  void the_same_program_makes_the_same_release() throws Exception {
    pack("one");
    pack("two");
    assertThat(dir.resolve("one/energy-dongle-1.4.0.edu"))
        .hasSameBinaryContentAs(dir.resolve("two/energy-dongle-1.4.0.edu"));
  }
}
