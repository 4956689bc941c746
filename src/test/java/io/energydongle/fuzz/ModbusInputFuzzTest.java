// SPDX-License-Identifier: Apache-2.0
package io.energydongle.fuzz;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.energydongle.modbus.ModbusServer;
import io.energydongle.modbus.ServedMaps;
import io.energydongle.modbus.TemplateFile;
import io.energydongle.testkit.RawModbus;
import io.energydongle.testkit.Snapshots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes on a Modbus connection: afterwards the next client is served as ever. */
class ModbusInputFuzzTest {

  private static final String GOOD_ANSWER = "436600004367000043680000";

  private static @Nullable ModbusServer server;
  private static int port;

  private static synchronized int port() throws IOException {
    if (server == null) {
      ServedMaps registers =
          new ServedMaps(ServedMaps.Choice.only(TemplateFile.builtIn("empro").orElseThrow()));
      registers.accept(
          Snapshots.threePhase(System.nanoTime() + Duration.ofDays(1).toNanos(), 1_000).build());
      ModbusServer started =
          new ModbusServer(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              2,
              registers,
              System::nanoTime);
      Thread thread = new Thread(started, "modbus");
      thread.setDaemon(true);
      thread.start();
      while (started.status().address().isEmpty()) {
        Thread.onSpinWait();
      }
      port = started.status().address().orElseThrow().getPort();
      server = started;
    }
    return port;
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void the_server_takes_any_bytes(byte[] bytes) throws IOException {
    BugDetectors.allowNetworkConnections((host, port) -> host.equals("localhost"));
    try (Socket attacker = new Socket(InetAddress.getLoopbackAddress(), port())) {
      // Closed by reset, or thousands of closed connections would use up the ports.
      attacker.setSoLinger(true, 0);
      attack(attacker, bytes);
      try (RawModbus charger = new RawModbus(port())) {
        charger.socket().setSoLinger(true, 0);
        if (!charger.read(3, 0x8006, 6).equals(GOOD_ANSWER)) {
          throw new AssertionError("wrong answer after " + bytes.length + " bytes");
        }
      }
    }
  }

  private static void attack(Socket attacker, byte[] bytes) throws IOException {
    try {
      attacker.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // Cut off while it wrote: as it should be.
    }
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "000100000006010380060002",
            "00010000000601048006001E000200000006FF0381000008",
            "000100000006010680060001",
            "00010000000B0110800600020400000000",
            "000100070006010380060002",
            "0001000000FE0110",
            "00010000FFFF01",
            "474554202F20485454502F312E310D0A")
        .map(HexFormat.of()::parseHex);
  }
}
