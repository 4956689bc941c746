// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a release on its way, it is refused, and no file is left. */
class IntakeTest {

  @TempDir Path dir;

  private final Intake intake =
      new Intake(
          TestRelease.keys(),
          new Installation(Version.parse("0.1.0").orElseThrow(), 1, "linux", 17, false)::admit,
          (manifest, bytes) -> {});

  private void refuses(byte[] release, String what) {
    Path to = dir.resolve("staged.edu");
    assertThatThrownBy(() -> intake.take(new ByteArrayInputStream(release), Intake.NOWHERE, to))
        .as(what)
        .isInstanceOf(Refusal.class);
    assertThat(dir).as(what).isEmptyDirectory();
  }

  @Test
  void any_changed_byte_is_refused() throws Exception {
    byte[] good = TestRelease.of("0.2.0").bytes();
    for (int at = 0; at < good.length; at += 5) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      refuses(bad, "byte " + at);
    }
  }

  @Test
  void any_shorter_file_is_refused() throws Exception {
    byte[] good = TestRelease.of("0.2.0").bytes();
    for (int length = 0; length < good.length; length += 13) {
      refuses(Arrays.copyOf(good, length), "length " + length);
    }
  }

  /** The signature is good, and the first header is not. */
  @Test
  void an_archive_with_a_damaged_header_is_refused_even_when_it_is_signed() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      TestRelease release = TestRelease.of("0.2.0");
      byte[] archive = release.archive();
      // The checksum of the header counts every byte, so that none can be another one.
      archive[random.nextInt(148)] ^= (byte) (1 + random.nextInt(127));
      release.manifest().put("sha256", TestRelease.sha256(archive));
      release.manifest().put("size", archive.length);
      byte[] head = release.head().getBytes(StandardCharsets.UTF_8);
      byte[] whole = Arrays.copyOf(head, head.length + archive.length);
      System.arraycopy(archive, 0, whole, head.length, archive.length);
      refuses(whole, "seed " + seed + ", round " + i);
    }
  }
}
