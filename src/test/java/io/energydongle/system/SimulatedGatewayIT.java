// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Commands;
import io.energydongle.testkit.Commands.Result;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.RawModbus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other people's Modbus clients against the gateway with its simulated meter. */
class SimulatedGatewayIT {

  private static final Path NO_METER = Path.of("/dev/null");

  @TempDir private Path dir;
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    gateway = Gateway.start(dir, NO_METER, "--simulate");
    gateway.awaitLog("telegrams of a dsmr meter arrive");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** One value as mbpoll prints it. */
  private double mbpoll(int address, String type, int unit, String... more) throws Exception {
    String[] command = {
      "mbpoll",
      "-m",
      "tcp",
      "-p",
      String.valueOf(gateway.modbusPort()),
      "-a",
      String.valueOf(unit),
      "-0",
      "-r",
      String.valueOf(address),
      "-c",
      "1",
      "-t",
      type,
      "-1",
      "127.0.0.1"
    };
    String[] all = new String[command.length + more.length];
    System.arraycopy(more, 0, all, 1, more.length);
    all[0] = command[0];
    System.arraycopy(command, 1, all, 1 + more.length, command.length - 1);
    Result result = Commands.run(all);
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    Matcher value = Pattern.compile("\\[" + address + "\\]:\\s+(\\S+)").matcher(result.out());
    assertThat(value.find()).as(result.out()).isTrue();
    return Double.parseDouble(value.group(1));
  }

  @Test
  void mbpoll_reads_plausible_values_with_both_function_codes_and_any_unit() throws Exception {
    for (String type : new String[] {"4:float", "3:float"}) {
      for (int unit : new int[] {1, 42, 247}) {
        assertThat(mbpoll(0x8006, type, unit, "-B")).isBetween(200.0, 260.0);
        assertThat(Math.abs(mbpoll(0x8016, type, unit, "-B"))).isBetween(1.0, 30_000.0);
        assertThat(mbpoll(0x800E, type, unit, "-B")).isBetween(0.0, 40.0);
      }
    }
  }

  @Test
  void values_change_with_the_telegrams() {
    Set<Float> powers = new HashSet<>();
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              try (RawModbus client = new RawModbus(gateway.modbusPort())) {
                powers.add(client.readFloat(0x8016));
              }
              return powers.size() >= 3;
            });
  }

  @Test
  void another_modbus_library_agrees() throws Exception {
    Result result =
        Commands.run(
            "/usr/bin/python3",
            "src/test/python/pymodbus_agrees.py",
            String.valueOf(gateway.modbusPort()));
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).contains("all agree");
  }

  @Test
  void the_genuine_word_order_is_one_setting_away() throws Exception {
    gateway.close();
    Files.createDirectories(dir.resolve("state"));
    Files.writeString(
        dir.resolve("state/settings.json"), "{\"modbus\":{\"template\":\"empro-genuine\"}}");
    gateway = Gateway.start(dir, NO_METER, "--simulate=dsmr5-3phase");
    gateway.awaitLog("telegrams of a dsmr meter arrive");
    // Without -B mbpoll takes the least significant word first.
    assertThat(mbpoll(0x8006, "4:float", 1)).isBetween(200.0, 260.0);
    assertThat(mbpoll(0x8006, "4:float", 1, "-B")).isLessThan(1.0);
  }

  @Test
  void running_out_of_file_descriptors_hurts_nobody_who_is_connected() throws Exception {
    gateway.close();
    Files.createDirectories(dir.resolve("state"));
    Files.writeString(dir.resolve("state/settings.json"), "{\"modbus\":{\"max_clients\":8}}");
    gateway = Gateway.start(dir, NO_METER, "--simulate");
    gateway.awaitLog("telegrams of a dsmr meter arrive");
    try (RawModbus charger = new RawModbus(gateway.modbusPort())) {
      charger.readFloat(0x8006);
      // Input, outputs and the classes of the JVM have the first four for as long as it runs; a
      // higher limit would leave gaps below it for whatever comes and goes.
      prlimit(4);
      for (int i = 0; i < 10; i++) {
        try (RawModbus refused = new RawModbus(gateway.modbusPort(), "127.0.0.2")) {
          refused.isClosedWithin(20);
        }
        assertThat(charger.readFloat(0x8006)).isBetween(200f, 260f);
      }
      gateway.awaitLog("cannot take new Modbus connections");
      prlimit(4096);
      await()
          .atMost(Duration.ofSeconds(5))
          .ignoreExceptions()
          .until(
              () -> {
                try (RawModbus other = new RawModbus(gateway.modbusPort(), "127.0.0.2")) {
                  return other.readFloat(0x8006) > 200;
                }
              });
      assertThat(gateway.log().stream().filter(l -> l.contains("cannot take new")).count())
          .isLessThanOrEqualTo(2);
    }
  }

  private void prlimit(long files) throws Exception {
    String pid = String.valueOf(gateway.process().pid());
    Result result = Commands.run("prlimit", "--pid", pid, "--nofile=" + files + ":4096");
    assertThat(result.status()).as(result.err()).isZero();
  }

  @Test
  void a_port_scan_does_not_fill_the_log() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (RawModbus scanner = new RawModbus(gateway.modbusPort(), "127.0.3." + (i % 50 + 1))) {
        scanner.send("474554202F20485454502F312E310D0A");
        scanner.isClosedWithin(200);
      }
    }
    assertThat(gateway.log()).hasSizeLessThan(25);
    assertThat(gateway.log()).noneMatch(line -> line.contains("\tat "));
  }

  @Test
  void a_termination_signal_ends_it_within_two_seconds() throws Exception {
    long before = System.nanoTime();
    gateway.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
    assertThat(gateway.log().get(gateway.log().size() - 1)).endsWith("stopped");
  }
}
