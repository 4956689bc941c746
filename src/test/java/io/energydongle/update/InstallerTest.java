// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.energydongle.testkit.Commands;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part that runs as root believes nothing of what the gateway has left. */
class InstallerTest {

  @TempDir Path temp;
  private Path state;
  private Path inbox;
  private Shelf shelf;
  private boolean allowDowngrade;

  @BeforeEach
  void lay() throws IOException {
    state = temp.resolve("state");
    inbox = Files.createDirectories(state.resolve("update"));
    shelf = Shelf.with(temp.resolve("opt"), "0.1.0");
  }

  static List<BadReleases.Bad> bad() throws IOException {
    return BadReleases.all();
  }

  /** What the installer says to the script. */
  private String answer() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Installation installation =
        new Installation(Version.parse("0.1.0").orElseThrow(), 1, "linux", 17, allowDowngrade);
    new Installer(
            state,
            shelf.read(),
            TestRelease.keys(),
            installation,
            "aarch64",
            new PrintStream(out, true, StandardCharsets.UTF_8))
        .run();
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  private void request(String line) throws IOException {
    Files.writeString(inbox.resolve("request"), line + "\n");
  }

  private void stage(byte[] release, String digest) throws IOException {
    Files.write(inbox.resolve("staged.edu"), release);
    request("install " + digest);
  }

  private static String digest(TestRelease release) throws IOException {
    return TestRelease.sha256(release.head().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_good_release_lies_beside_the_others_with_the_library_of_this_processor()
      throws IOException {
    TestRelease release =
        TestRelease.of("0.2.0")
            .file("make-archive", "#!/bin/bash\n")
            .file("lib/arm64/libjSerialComm.so", "arm64")
            .file("lib/amd64/libjSerialComm.so", "amd64");
    stage(release.bytes(), digest(release));
    assertThat(answer()).isEqualTo("try 0.2.0 1 keep");
    Path laid = shelf.dir.resolve("releases/0.2.0");
    assertThat(Shelf.all(laid).keySet())
        .containsExactly(
            "energy-dongle.jar",
            "jvm.options",
            "lib/libjSerialComm.so",
            "make-archive",
            "manifest");
    assertThat(laid.resolve("energy-dongle.jar")).hasContent("the program of 0.2.0");
    assertThat(laid.resolve("lib/libjSerialComm.so")).hasContent("arm64");
    assertThat(laid.resolve("manifest")).hasContent(release.head());
    assertThat(permissions(laid.resolve("make-archive"))).isEqualTo("rwxr-xr-x");
    assertThat(permissions(laid.resolve("energy-dongle.jar"))).isEqualTo("rw-r--r--");
    assertThat(shelf.current()).as("switching is not its matter").isEqualTo("0.1.0");
    assertThat(Shelf.all(inbox)).isEmpty();
    assertThat(Shelf.all(shelf.dir.resolve("update"))).isEmpty();
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void a_higher_epoch_closes_the_way_back() throws IOException {
    TestRelease release = TestRelease.of("0.2.0");
    release.manifest().put("security_epoch", 2);
    stage(release.bytes(), digest(release));
    assertThat(answer()).isEqualTo("try 0.2.0 2 forget");
  }

  @Test
  void the_switch_in_the_board_file_lets_an_older_version_in_but_no_lower_epoch()
      throws IOException {
    allowDowngrade = true;
    TestRelease older = TestRelease.of("0.0.9");
    older.manifest().put("min_from", "0.0.1");
    stage(older.bytes(), digest(older));
    assertThat(answer()).isEqualTo("try 0.0.9 1 keep");
    older.manifest().put("security_epoch", 0);
    stage(older.bytes(), digest(older));
    assertThat(answer()).startsWith("refuse - epoch-too-low");
  }

  @ParameterizedTest
  @MethodSource("bad")
  void every_bad_release_is_refused_and_nothing_is_changed(BadReleases.Bad bad) throws IOException {
    Map<String, String> before = Shelf.all(shelf.dir);
    stage(bad.bytes(), "0");
    assertThat(answer()).matches("refuse [0-9a-z.-]+ " + bad.code() + " [A-Z].*\\.");
    assertThat(Shelf.all(shelf.dir)).isEqualTo(before);
    assertThat(Shelf.all(inbox)).isEmpty();
  }

  @Test
  void a_release_put_in_the_place_of_the_one_that_was_checked_is_refused() throws IOException {
    Map<String, String> before = Shelf.all(shelf.dir);
    stage(TestRelease.of("0.3.0").bytes(), digest(TestRelease.of("0.2.0")));
    assertThat(answer()).startsWith("refuse 0.3.0 swapped The release that waits is not the one");
    assertThat(Shelf.all(shelf.dir)).isEqualTo(before);
  }

  @Test
  void a_link_in_the_place_of_the_release_leads_nowhere() throws IOException {
    Path elsewhere = Files.write(temp.resolve("elsewhere"), TestRelease.of("0.2.0").bytes());
    Files.createSymbolicLink(inbox.resolve("staged.edu"), elsewhere);
    request("install " + digest(TestRelease.of("0.2.0")));
    assertThatThrownBy(this::answer).hasMessageContaining("is no file");
    assertThat(elsewhere).exists();
    assertThat(inbox.resolve("request")).doesNotExist();
  }

  @Test
  void a_link_in_the_place_of_the_folder_leads_nowhere() throws IOException {
    Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("request"), "go-back\n");
    Files.delete(inbox);
    Files.createSymbolicLink(inbox, elsewhere);
    assertThatThrownBy(this::answer).isInstanceOf(IOException.class);
    assertThat(elsewhere.resolve("request")).exists();
  }

  @Test
  void a_pipe_in_the_place_of_the_request_holds_nobody_up() throws Exception {
    Commands.run("mkfifo", inbox.resolve("request").toString());
    assertThatThrownBy(this::answer).hasMessageContaining("is no file");
    assertThat(inbox.resolve("request")).doesNotExist();
  }

  @Test
  void requests_are_taken_once_and_passed_on_in_harmless_letters() throws IOException {
    request("confirm 0.2.0");
    assertThat(answer()).isEqualTo("confirm 0.2.0");
    assertThat(answer()).isEmpty();
    request("confirm ../../etc");
    assertThat(answer()).isEmpty();
    request("go-back 0.2.0 $(reboot) `reboot` \"; reboot");
    assertThat(answer()).isEqualTo("go-back 0.2.0 ?(reboot) ?reboot? ?; reboot");
    request("go-back $(reboot) why");
    assertThat(answer()).isEmpty();
    request("format c:");
    assertThatThrownBy(this::answer)
        .hasMessage("the request must be install, confirm or go-back, is \"format c:\"");
  }

  @Test
  void nothing_is_installed_while_a_release_is_on_trial() throws Exception {
    Shelf.with(temp.resolve("other"), "0.0.5");
    Files.createDirectories(shelf.dir.resolve("releases/0.0.9"));
    Files.writeString(shelf.dir.resolve("releases/0.0.9/energy-dongle.jar"), "");
    assertThat(shelf.select("try", "0.0.9", "1", "keep")).isEqualTo("0");
    stage(TestRelease.of("0.2.0").bytes(), digest(TestRelease.of("0.2.0")));
    assertThat(answer()).startsWith("refuse - busy");
  }

  @Test
  void what_an_update_that_was_cut_short_has_left_is_laid_anew() throws IOException {
    Path half = Files.createDirectories(shelf.dir.resolve("releases/0.2.0"));
    Files.writeString(half.resolve("energy-dongle.jar"), "half");
    Files.createDirectories(shelf.dir.resolve("releases/.arriving/lib"));
    TestRelease release = TestRelease.of("0.2.0");
    stage(release.bytes(), digest(release));
    assertThat(answer()).isEqualTo("try 0.2.0 1 keep");
    assertThat(half.resolve("energy-dongle.jar")).hasContent("the program of 0.2.0");
  }

  @Test
  void a_disk_without_room_is_told_before_anything_is_written() {
    assertThatThrownBy(() -> Intake.requireRoom(30_000_000, 10_000_000))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo("disk-full");
              assertThat(refusal.sentence()).contains("30 MB left").contains("57 MB");
            });
  }
}
