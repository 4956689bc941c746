// SPDX-License-Identifier: Apache-2.0
package io.energydongle.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.testkit.Commands;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A JVM whose descriptors run short keeps those that it has. */
class ChildProcessTest {

  @Test
  void without_descriptors_no_process_is_started_and_descriptor_0_stays() throws Exception {
    var ended =
        Commands.run(
            "prlimit",
            "--nofile=160:160",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            FewDescriptors.class.getName(),
            Integer.toString(200));
    // It has 32 of its own to spare; from then on processes are started again.
    assertThat(ended.out())
        .containsPattern("refused 3[2-6], started [1-9]\\d?, descriptor 0 lost: false");
  }

  /** The JVM with few descriptors. */
  static final class FewDescriptors {

    private static final int FREE_MAX = 42;

    private FewDescriptors() {}

    /** Takes every descriptor, gives back one after the other, and starts a process each time. */
    public static void main(String[] args) throws Exception {
      ChildProcess.start(new ProcessBuilder("true")).waitFor();
      Path zero = Files.readSymbolicLink(Path.of("/proc/self/fd/0"));
      List<FileInputStream> taken = new ArrayList<>();
      try {
        while (taken.size() < Integer.parseInt(args[0])) {
          taken.add(new FileInputStream("/dev/zero"));
        }
      } catch (IOException e) {
        // None is left.
      }
      int refused = 0;
      int starts = 0;
      boolean lost = false;
      for (int free = 0; free < FREE_MAX; free++) {
        try {
          ChildProcess.start(new ProcessBuilder("true")).waitFor();
          starts++;
        } catch (IOException e) {
          refused++;
        }
        Path now = Path.of("/proc/self/fd/0");
        lost |= !Files.isSymbolicLink(now) || !Files.readSymbolicLink(now).equals(zero);
        taken.remove(taken.size() - 1).close();
      }
      System.out.println(
          "refused " + refused + ", started " + starts + ", descriptor 0 lost: " + lost);
    }
  }
}
