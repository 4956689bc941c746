// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Broker;
import io.energydongle.testkit.Broker.Door;
import io.energydongle.testkit.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tool for fleets against a real broker; the dongles are simulated, and install nothing. */
class FleetUpdateIT {

  @TempDir Path dir;
  private Broker broker;
  private Process dongles;

  @BeforeEach
  void start() throws Exception {
    broker = new Broker(Files.createDirectories(dir.resolve("broker")));
  }

  @AfterEach
  void stop() {
    dongles.destroyForcibly();
    broker.close();
  }

  private List<String> where() {
    return List.of(
        "--broker", "127.0.0.1", "--port", Integer.toString(broker.port(Door.PLAIN)), "--no-tls");
  }

  private void simulate(int count, String failing) throws Exception {
    List<String> command = new ArrayList<>(List.of("tools/fleet/simulated-dongles"));
    command.addAll(where());
    command.addAll(List.of("--count", Integer.toString(count), "--failing", failing));
    Path said = dir.resolve("dongles");
    dongles =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(said).contains("ready"));
  }

  private Commands.Result update(String waves) throws Exception {
    List<String> command = new ArrayList<>(List.of("tools/fleet-update"));
    command.addAll(where());
    command.addAll(List.of("--manifest", "https://u.example.com/m.edu", "--version", "0.2.0"));
    command.addAll(List.of("--waves", waves, "--timeout", "30", "--listen", "2"));
    return Commands.run(command.toArray(String[]::new));
  }

  @Test
  void all_are_updated_in_waves_and_those_that_are_up_to_date_are_left_alone() throws Exception {
    simulate(12, "");
    Commands.Result result = update("1,25%,rest");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out().replaceAll("in [0-9]+ s", "in time"))
        .isEqualTo(
            """
            12 devices to update, 0 on 0.2.0 already, 0 away
            wave 1: 1 of 1 updated in time
            wave 2: 3 of 3 updated in time
            wave 3: 8 of 8 updated in time
            """);
    assertThat(update("rest").out())
        .isEqualTo("0 devices to update, 12 on 0.2.0 already, 0 away\n");
  }

  @Test
  void a_wave_in_which_too_many_fail_is_the_last_one() throws Exception {
    simulate(12, "2,9");
    Commands.Result result = update("1,3,rest");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out())
        .contains("wave 1: 1 of 1 updated", "wave 2: 2 of 3 updated")
        .contains("  SIM0002: Release 0.2.0 was given up, and 0.1.0 runs again.")
        .doesNotContain("wave 3", "SIM0009");
    assertThat(result.err())
        .contains("stopped: 1 of 3 failed in wave 2; 8 devices were left alone");
  }
}
