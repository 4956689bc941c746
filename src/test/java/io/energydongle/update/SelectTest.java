// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.testkit.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which release runs, whatever happens in between. */
class SelectTest {

  @TempDir Path temp;
  private Shelf shelf;

  @BeforeEach
  void lay() throws IOException {
    shelf = Shelf.with(temp.resolve("opt"), "0.1.0", "0.2.0");
    Files.writeString(shelf.dir.resolve("releases/0.2.0/manifest"), "");
  }

  @Test
  void without_an_update_nothing_happens() throws Exception {
    var before = Shelf.all(shelf.dir);
    assertThat(shelf.select("start")).isEqualTo("0");
    var after = Shelf.all(shelf.dir);
    after.remove("update/lock");
    assertThat(after).isEqualTo(before);
  }

  @Test
  void a_release_that_proves_itself_stays_and_leaves_a_way_back() throws Exception {
    assertThat(shelf.select("try", "0.2.0", "1", "keep")).isEqualTo("0");
    assertThat(shelf.current()).isEqualTo("0.2.0");
    assertThat(shelf.read().onTrial()).contains(Version.parse("0.2.0").orElseThrow());
    shelf.select("start");
    assertThat(shelf.select("confirm", "0.2.0")).isEqualTo("0");
    assertThat(shelf.read().onTrial()).isEmpty();
    assertThat(shelf.read().previous()).contains(Version.parse("0.1.0").orElseThrow());
    assertThat(shelf.read().securityEpoch()).isEqualTo(1);
    assertThat(shelf.result()).isEqualTo("installed 0.2.0");
    assertThat(shelf.select("go-back", "0.2.0", "by hand")).isEqualTo("0");
    assertThat(shelf.current()).isEqualTo("0.1.0");
    assertThat(shelf.result()).isEqualTo("went-back 0.1.0");
  }

  @Test
  void three_starts_in_vain_lead_back_to_the_release_before() throws Exception {
    shelf.select("try", "0.2.0", "1", "keep");
    for (int i = 0; i < 3; i++) {
      shelf.select("start");
      assertThat(shelf.current()).isEqualTo("0.2.0");
    }
    shelf.select("start");
    assertThat(shelf.current()).isEqualTo("0.1.0");
    assertThat(shelf.result()).isEqualTo("failed 0.2.0 starts");
    assertThat(shelf.read().result().orElseThrow().sentence())
        .isEqualTo(
            "Release 0.2.0 was given up, and 0.1.0 runs again. None of its 3 starts lasted until"
                + " it had proved itself.");
    shelf.select("start");
    assertThat(shelf.current()).isEqualTo("0.1.0");
  }

  @Test
  void a_release_that_says_so_itself_or_misses_the_deadline_goes_back() throws Exception {
    shelf.select("try", "0.2.0", "1", "keep");
    shelf.select("go-back", "0.2.0", "Modbus", "TCP", "does", "not", "answer.");
    assertThat(shelf.current()).isEqualTo("0.1.0");
    assertThat(shelf.read().result().orElseThrow().sentence()).endsWith("does not answer.");
    shelf.select("try", "0.2.0", "1", "keep");
    shelf.select("deadline");
    assertThat(shelf.result()).isEqualTo("failed 0.2.0 not-proved");
    assertThat(shelf.current()).isEqualTo("0.1.0");
  }

  @Test
  void a_release_that_is_gone_already_cannot_take_the_next_one_with_it() throws Exception {
    Path older = Files.createDirectories(shelf.dir.resolve("releases/0.0.9"));
    Files.writeString(older.resolve("energy-dongle.jar"), "");
    Files.createSymbolicLink(shelf.dir.resolve("previous"), Path.of("releases/0.0.9"));
    shelf.select("try", "0.2.0", "1", "keep");
    shelf.startOften(4);
    assertThat(shelf.current()).isEqualTo("0.1.0");
    assertThat(shelf.select("go-back", "0.2.0", "It", "cannot", "read", "the", "settings."))
        .isEqualTo("1");
    assertThat(shelf.current()).isEqualTo("0.1.0");
    assertThat(shelf.result()).isEqualTo("failed 0.2.0 starts");
  }

  @Test
  void a_deadline_without_a_trial_changes_nothing() throws Exception {
    shelf.select("try", "0.2.0", "1", "keep");
    shelf.select("confirm", "0.2.0");
    shelf.select("deadline");
    assertThat(shelf.current()).isEqualTo("0.2.0");
    assertThat(shelf.result()).isEqualTo("installed 0.2.0");
  }

  @Test
  void a_deadline_after_a_trial_that_the_power_ended_does_not_lead_further_back() throws Exception {
    Path older = Files.createDirectories(shelf.dir.resolve("releases/0.0.9"));
    Files.writeString(older.resolve("energy-dongle.jar"), "");
    Files.createSymbolicLink(shelf.dir.resolve("previous"), Path.of("releases/0.0.9"));
    Files.writeString(shelf.dir.resolve("update/pending"), "0.2.0 0.1.0 1 keep 0\n");
    shelf.select("deadline");
    assertThat(shelf.current()).isEqualTo("0.1.0");
    assertThat(shelf.result()).isEqualTo("interrupted 0.2.0 interrupted");
  }

  @Test
  void a_raised_epoch_closes_the_way_back() throws Exception {
    shelf.select("try", "0.2.0", "2", "forget");
    shelf.select("confirm", "0.2.0");
    assertThat(shelf.read().previous()).isEmpty();
    assertThat(shelf.read().securityEpoch()).isEqualTo(2);
    assertThat(shelf.select("go-back")).isEqualTo("1");
    assertThat(shelf.current()).isEqualTo("0.2.0");
  }

  @Test
  void only_the_release_on_trial_can_be_confirmed() throws Exception {
    shelf.select("try", "0.2.0", "1", "keep");
    assertThat(shelf.select("confirm", "0.3.0")).isEqualTo("1");
    assertThat(shelf.read().onTrial()).isPresent();
    assertThat(shelf.select("try", "9.9.9", "1", "keep")).isEqualTo("1");
  }

  @Test
  void old_releases_go_but_those_of_the_package_and_the_two_in_use_stay() throws Exception {
    for (String version : List.of("0.0.8", "0.0.9")) {
      Path release = Files.createDirectories(shelf.dir.resolve("releases").resolve(version));
      Files.writeString(release.resolve("energy-dongle.jar"), "");
    }
    Files.writeString(shelf.dir.resolve("releases/0.0.9/manifest"), "");
    shelf.select("try", "0.2.0", "1", "keep");
    shelf.select("confirm", "0.2.0");
    assertThat(shelf.dir.resolve("releases"))
        .isDirectoryNotContaining(path -> path.endsWith("0.0.9"))
        .isDirectoryContaining(path -> path.endsWith("0.0.8"))
        .isDirectoryContaining(path -> path.endsWith("0.1.0"));
  }

  @Test
  void whatever_stands_in_the_file_of_the_trial_one_of_the_two_releases_runs() throws Exception {
    for (String torn : List.of("", "0.2.0", "0.2.0 0.1.0 1 ke", "\0\0\0\0", "a b c d e f", "\n")) {
      shelf.select("try", "0.2.0", "1", "keep");
      Files.writeString(shelf.dir.resolve("update/pending"), torn);
      for (int i = 0; i < 5; i++) {
        assertThat(shelf.select("start")).startsWith("0");
        assertThat(shelf.current()).as("torn: " + torn).isIn("0.1.0", "0.2.0");
      }
      Files.deleteIfExists(shelf.dir.resolve("update/pending"));
      Files.delete(shelf.dir.resolve("current"));
      Files.createSymbolicLink(shelf.dir.resolve("current"), Path.of("releases/0.1.0"));
    }
  }

  @Test
  void a_link_to_a_release_that_is_gone_is_led_to_one_that_is_there() throws Exception {
    Files.delete(shelf.dir.resolve("releases/0.1.0/energy-dongle.jar"));
    assertThat(shelf.select("start")).startsWith("0");
    assertThat(shelf.current()).isEqualTo("0.2.0");
    Files.delete(shelf.dir.resolve("current"));
    assertThat(shelf.select("start")).startsWith("0");
    assertThat(shelf.current()).isEqualTo("0.2.0");
  }

  @Test
  void each_trial_has_the_whole_quarter_of_an_hour() throws Exception {
    Path asked = temp.resolve("asked");
    for (String words : List.of("try 0.2.0 1 keep", "go-back 0.2.0 why", "try 0.2.0 1 keep")) {
      selectWith(List.of("ENERGY_DONGLE_SYSTEMCTL=" + recorder(asked)), words);
    }
    assertThat(asked)
        .hasContent(
            """
            --no-block restart energy-dongle-deadline.timer
            --no-block restart energy-dongle-deadline.timer
            """);
  }

  @Test
  void a_request_that_nobody_can_read_is_not_looked_at_again_at_once() throws Exception {
    Path paused = temp.resolve("paused");
    Path sleep = recorder(paused).resolveSibling("sleep");
    Files.move(sleep.resolveSibling("recorder"), sleep);
    selectWith(List.of("ENERGY_DONGLE_JAVA=false", "PATH=" + temp + ":/usr/bin:/bin"), "request");
    assertThat(paused).hasContent("10");
    assertThat(shelf.current()).isEqualTo("0.1.0");
  }

  /** A program that only writes down what it is told. */
  private Path recorder(Path told) throws IOException {
    Path program = temp.resolve("recorder");
    Files.writeString(program, "#!/bin/sh\necho \"$*\" >> " + told + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  private void selectWith(List<String> environment, String words) throws Exception {
    List<String> command = new ArrayList<>(List.of("env", "ENERGY_DONGLE_DIR=" + shelf.dir));
    command.add("ENERGY_DONGLE_RESTART=true");
    command.addAll(environment);
    command.addAll(List.of("sh", Shelf.SELECT.toString()));
    command.addAll(List.of(words.split(" ", -1)));
    Commands.run(command.toArray(String[]::new));
  }

  /**
   * The power goes before and after each single step that touches the disk, in each of the ways
   * that lead from one release to another; then the board starts as often as it takes.
   */
  @Test
  void wherever_the_power_goes_one_of_the_two_releases_runs_and_it_settles() throws Exception {
    TreeSet<String> ends = new TreeSet<>();
    List<List<String>> ways =
        List.of(
            List.of("try 0.2.0 1 keep"),
            List.of("try 0.2.0 1 keep", "confirm 0.2.0"),
            List.of("try 0.2.0 2 forget", "confirm 0.2.0"),
            List.of("try 0.2.0 2 forget", "start", "start", "start", "confirm 0.2.0"),
            List.of("try 0.2.0 1 keep", "deadline"),
            List.of("try 0.2.0 1 keep", "start"),
            List.of("try 0.2.0 1 keep", "start", "start", "start", "start"),
            List.of("try 0.2.0 1 keep", "start", "go-back 0.2.0 why"),
            List.of("try 0.2.0 1 keep", "confirm 0.2.0", "go-back 0.2.0 why"));
    int cuts = 0;
    for (int way = 0; way < ways.size(); way++) {
      List<String> before = ways.get(way).subList(0, ways.get(way).size() - 1);
      String last = ways.get(way).get(before.size());
      boolean cut = true;
      for (int step = 1; cut; step++) {
        String where = last + " after " + before + ", cut at step " + step;
        Path dir = temp.resolve("cut-" + way + "-" + step);
        Shelf here = Shelf.with(dir.resolve("opt"), "0.1.0", "0.2.0");
        for (String words : before) {
          here.select(words.split(" ", -1));
        }
        Path power = powerSupply(dir, step);
        runOn(power, here, last);
        cut = Files.exists(power.resolve("gone"));
        assertThat(here.current()).as(where).isIn("0.1.0", "0.2.0");
        ends.add(settle(here, where));
        cuts += cut ? 1 : 0;
      }
    }
    assertThat(cuts).as("places where the power went").isGreaterThan(50);
    assertThat(ends).contains("0.1.0 interrupted", "0.1.0 failed", "0.2.0 installed");
  }

  /** Starts without end, as a dead new release would; what runs then, and what is said of it. */
  private static String settle(Shelf here, String where) throws Exception {
    here.startOften(5);
    String current = here.current();
    assertThat(here.read().onTrial()).as(where + ": still on trial").isEmpty();
    assertThat(here.dir.resolve("update/pending")).as(where).doesNotExist();
    String state = here.read().result().map(ReleaseShelf.Result::state).orElse("none");
    if (here.read().securityEpoch() == 2) {
      assertThat(current).as(where + ": below its epoch").isEqualTo("0.2.0");
    }
    if (current.equals("0.2.0")) {
      assertThat(state).as(where).isIn("installed", "went-back");
    }
    return current + " " + state;
  }

  /** Programs that do what those of the system do, until the power goes at the given step. */
  private static Path powerSupply(Path dir, int step) throws IOException {
    Path power = Files.createDirectories(dir.resolve("power"));
    for (String program : List.of("mv", "ln", "rm", "sync")) {
      Path shim = power.resolve(program);
      Files.writeString(
          shim,
          """
          #!/bin/sh
          # Two steps for each call: the power goes before it, or after it.
          n=$(($(cat %1$s/n 2>/dev/null || echo 0) + 1))
          echo $n > %1$s/n
          if [ $n -ge %2$d ]; then : > %1$s/gone; kill -9 $PPID; exit 1; fi
          /usr/bin/%3$s "$@"; status=$?
          echo $((n + 1)) > %1$s/n
          if [ $((n + 1)) -ge %2$d ]; then : > %1$s/gone; kill -9 $PPID; fi
          exit $status
          """
              .formatted(power, step, program));
      Files.setPosixFilePermissions(shim, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return power;
  }

  private static void runOn(Path power, Shelf here, String words) throws Exception {
    List<String> command = new ArrayList<>(List.of("env", "ENERGY_DONGLE_DIR=" + here.dir));
    command.add("PATH=" + power + ":/usr/bin:/bin");
    command.addAll(List.of("ENERGY_DONGLE_RESTART=true", "sh", Shelf.SELECT.toString()));
    command.addAll(List.of(words.split(" ", -1)));
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(here.dir.resolve("log").toFile())
        .start()
        .waitFor();
  }
}
