// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.testkit.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The class-data archive, which the superuser makes with the help of another user. */
class MakeArchiveTest {

  @TempDir Path temp;

  /** What the other user owns may have become a link to any file of the machine. */
  @Test
  void the_superuser_writes_nothing_where_the_other_user_may() throws Exception {
    Path bin = Files.createDirectories(temp.resolve("bin"));
    Path notes = Files.createDirectories(temp.resolve("notes"));
    Map<String, String> programs =
        Map.of(
            "id", "echo 0",
            "getent", "exit 0",
            "chown", "shift; printf '%s\\n' \"$@\" > " + notes + "/given",
            "setpriv", "while case $1 in --*) ;; *) false ;; esac; do shift; done; exec \"$@\"",
            "java", "readlink /proc/self/fd/2 > " + notes + "/log; exit 1");
    for (Map.Entry<String, String> each : programs.entrySet()) {
      write(bin.resolve(each.getKey()), each.getValue());
    }
    Commands.run(
        "env",
        "PATH=" + bin + ":/usr/bin:/bin",
        "bash",
        Path.of("systemd/make-archive").toAbsolutePath().toString(),
        "any.jar",
        "any.options",
        temp.resolve("archive").toString());
    Path log = Path.of(Files.readString(notes.resolve("log")).strip());
    List<String> given = Files.readAllLines(notes.resolve("given"));
    assertThat(given).isNotEmpty().noneMatch(log::startsWith);
    assertThat(temp.resolve("archive")).doesNotExist();
  }

  private static void write(Path program, String line) throws IOException {
    Files.writeString(program, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
