// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.NumberedTelegrams;
import io.energydongle.testkit.PtyPair;
import io.energydongle.testkit.RawModbus;
import io.energydongle.testkit.Samples;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one end of a serial line to a Modbus client, the fat JAR between them. */
class SerialLineIT {

  private static final int BITS_PER_CHARACTER = 10;
  private static final int BAUD = 115_200;

  @TempDir private Path dir;

  /** The number that a client reads, or -1 for an exception. */
  private static int number(RawModbus client) throws IOException {
    String answer = client.ask("0001 0000 0006 01 03 8006 001E");
    String pdu = answer.split(" ", -1)[2];
    return pdu.startsWith("83") ? -1 : NumberedTelegrams.numberIn(pdu.substring(4));
  }

  private static void awaitNumber(RawModbus client, int expected) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> number(client) == expected);
  }

  /** Writes as fast as the line carries: in pieces of some milliseconds. */
  private static void writeAtLineSpeed(OutputStream meter, byte[] telegram) throws Exception {
    int piece = 64;
    long start = System.nanoTime();
    for (int at = 0; at < telegram.length; at += piece) {
      meter.write(telegram, at, Math.min(piece, telegram.length - at));
      long due = start + 1_000_000_000L * (at + piece) * BITS_PER_CHARACTER / BAUD;
      Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
    }
  }

  @Test
  void values_change_with_each_telegram_grow_stale_and_come_back() throws Exception {
    try (PtyPair line = new PtyPair(dir);
        Gateway gateway = Gateway.start(dir, line.gatewayEnd());
        OutputStream meter = line.meter()) {
      gateway.awaitLog("Modbus TCP listens");
      try (RawModbus charger = new RawModbus(gateway.modbusPort())) {
        assertThat(number(charger)).as("before the first telegram").isEqualTo(-1);
        for (int n = 1; n <= 20; n++) {
          writeAtLineSpeed(meter, NumberedTelegrams.telegram(n));
          awaitNumber(charger, n);
        }
        long silentSince = System.nanoTime();
        awaitNumber(charger, -1);
        double seconds = (System.nanoTime() - silentSince) / 1e9;
        assertThat(seconds).as("limit of a one-second meter").isBetween(9.0, 11.0);
        meter.write(NumberedTelegrams.telegram(33));
        awaitNumber(charger, 33);
      }
    }
  }

  @Test
  void a_hundred_thousand_reads_against_a_writer_never_see_two_telegrams_in_one_answer()
      throws Exception {
    try (PtyPair line = new PtyPair(dir);
        Gateway gateway = Gateway.start(dir, line.gatewayEnd());
        OutputStream meter = line.meter()) {
      gateway.awaitLog("Modbus TCP listens");
      AtomicBoolean writing = new AtomicBoolean(true);
      Thread writer =
          new Thread(
              () -> {
                try {
                  for (int n = 0; writing.get(); n++) {
                    meter.write(NumberedTelegrams.telegram(n));
                    Thread.sleep(1);
                  }
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      writer.start();
      Set<Integer> seen = new HashSet<>();
      try (RawModbus charger = new RawModbus(gateway.modbusPort())) {
        await().until(() -> number(charger) >= 0);
        for (int read = 0; read < 100_000; read++) {
          seen.add(number(charger));
        }
      } finally {
        writing.set(false);
        writer.join();
      }
      assertThat(seen).as("the writer was heard all the time").hasSize(NumberedTelegrams.COUNT);
    }
  }

  @Test
  void a_line_that_vanishes_and_returns_ten_times_is_read_again_each_time() throws Exception {
    Path end = dir.resolve("gateway-end");
    try (Gateway gateway = Gateway.start(dir, end)) {
      gateway.awaitLog("there is no device");
      try (RawModbus charger = new RawModbus(gateway.modbusPort())) {
        for (int n = 1; n <= 10; n++) {
          int number = n;
          try (PtyPair line = new PtyPair(dir);
              OutputStream meter = line.meter()) {
            await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(300))
                .until(
                    () -> {
                      meter.write(NumberedTelegrams.telegram(number));
                      return number(charger) == number;
                    });
          }
        }
      }
      assertThat(gateway.log()).anyMatch(l -> l.contains("has vanished"));
      assertThat(gateway.log().size()).as("log lines").isLessThan(80);
      assertThat(cpuSeconds(gateway)).as("no busy loop").isLessThan(20);
    }
  }

  private static double cpuSeconds(Gateway gateway) {
    return gateway.process().info().totalCpuDuration().orElseThrow().toMillis() / 1000.0;
  }

  @Test
  void a_port_that_another_gateway_holds_is_explained() throws Exception {
    try (PtyPair line = new PtyPair(dir);
        Gateway first = Gateway.start(dir, line.gatewayEnd())) {
      first.awaitLog("Modbus TCP listens");
      try (OutputStream meter = line.meter()) {
        meter.write(NumberedTelegrams.telegram(1));
      }
      first.awaitLog("telegrams of a dsmr meter arrive");
      try (Gateway second = Gateway.start(dir, line.gatewayEnd())) {
        second.awaitLog("another program holds it");
      }
    }
  }

  @Test
  void a_file_that_is_no_serial_port_is_explained() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");
    try (Gateway gateway = Gateway.start(dir, file)) {
      gateway.awaitLog("cannot be opened; it is no serial port");
    }
  }

  @Test
  void seven_bit_characters_are_read_on_an_eight_bit_port() throws Exception {
    byte[] sevenBits = Samples.own("bad/seven-bits-even-parity.capture");
    try (PtyPair line = new PtyPair(dir);
        Gateway gateway = Gateway.start(dir, line.gatewayEnd());
        OutputStream meter = line.meter()) {
      gateway.awaitLog("Modbus TCP listens");
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                meter.write(sevenBits);
                return gateway.log().stream().anyMatch(l -> l.contains("telegrams of a dsmr"));
              });
      try (RawModbus charger = new RawModbus(gateway.modbusPort())) {
        assertThat(charger.readFloat(0x8016)).isEqualTo(193f);
      }
    }
  }

  @Test
  void the_native_library_is_not_unpacked_where_others_can_write() throws Exception {
    Path shared = Path.of(System.getProperty("java.io.tmpdir"), "jSerialComm");
    Path home = Path.of(System.getProperty("user.home"), ".jSerialComm");
    assertThat(shared).doesNotExist();
    try (PtyPair line = new PtyPair(dir);
        Gateway gateway = Gateway.start(dir, line.gatewayEnd());
        OutputStream meter = line.meter()) {
      gateway.awaitLog("Modbus TCP listens");
      meter.write(NumberedTelegrams.telegram(1));
      gateway.awaitLog("telegrams of a dsmr meter arrive");
      assertThat(shared).doesNotExist();
      assertThat(home).doesNotExist();
      String maps = Files.readString(Path.of("/proc/" + gateway.process().pid() + "/maps"));
      // Loaded from a folder of its own, which is gone by now.
      assertThat(maps.lines().filter(l -> l.contains("libjSerialComm")))
          .isNotEmpty()
          .allMatch(l -> l.matches(".*/energy-dongle-\\d+/.*libjSerialComm.so \\(deleted\\)"));
    }
  }
}
