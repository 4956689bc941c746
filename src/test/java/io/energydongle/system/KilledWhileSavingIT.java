// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.SettingsStore;
import io.energydongle.testkit.SettingsSaver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that saves settings is killed at 200 random moments. */
class KilledWhileSavingIT {

  private static final int KILLS = 200;
  private static final int MICROS_MAX = 20_000;

  @TempDir private Path state;

  @Test
  void no_moment_of_a_kill_loses_settings_that_were_saved() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int kill = 0; kill < KILLS; kill++) {
      int saved = killAfter(random.nextInt(MICROS_MAX));
      SettingsStore after = SettingsStore.open(state, s -> List.of());
      assertThat(after.warning()).as("kill %d of seed %d", kill, seed).isEmpty();
      int found = after.current().modbus().staleAfterSeconds();
      // One more may have been saved whose number was not said any more.
      assertThat(found)
          .as("kill %d of seed %d", kill, seed)
          .isIn(saved, saved == 3_600 ? 5 : saved + 1);
    }
  }

  /** Kills the process so many microseconds after its first save; gives the last number it said. */
  private int killAfter(int micros) throws IOException, InterruptedException {
    Process saver =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                SettingsSaver.class.getName(),
                state.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(saver.getInputStream(), StandardCharsets.UTF_8))) {
      int last = Integer.parseInt(String.valueOf(said.readLine()));
      long until = System.nanoTime() + micros * 1_000L;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      // Through its handle: destroying the process object would throw away what it has said.
      saver.toHandle().destroyForcibly();
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        last = Integer.parseInt(line);
      }
      return last;
    } finally {
      saver.destroyForcibly().waitFor();
    }
  }
}
