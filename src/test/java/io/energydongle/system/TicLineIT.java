// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.PtyPair;
import io.energydongle.testkit.RawModbus;
import io.energydongle.testkit.Samples;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** French frames on one end of a serial line, a Modbus client behind the fat JAR. */
class TicLineIT {

  private static final int TOTAL = 0x8016;
  private static final int POWER_L1 = 0x801E;
  private static final int VOLTAGE_L1 = 0x8006;

  @TempDir private Path dir;

  private static byte[] raw(String name) {
    byte[] text = Samples.tic(name + ".telegram");
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ((Integer.bitCount(text[i]) & 1) == 0 ? text[i] : text[i] | 0x80);
    }
    return text;
  }

  private static float value(RawModbus client, int register) throws IOException {
    String answer = client.ask(String.format("0001 0000 0006 01 03 %04X 0002", register));
    String pdu = answer.split(" ", -1)[2];
    return pdu.startsWith("83")
        ? Float.NaN
        : Float.intBitsToFloat((int) Long.parseLong(pdu.substring(4), 16));
  }

  @Test
  void the_total_is_negative_while_exporting_and_the_phases_are_not_and_a_mode_switch_is_followed()
      throws Exception {
    try (PtyPair line = new PtyPair(dir);
        Gateway gateway = Gateway.start(dir, line.gatewayEnd());
        OutputStream meter = line.meter()) {
      gateway.awaitLog("Modbus TCP listens");
      AtomicReference<byte[]> frame = new AtomicReference<>(raw("standard-three-phase-producer"));
      Thread sender =
          new Thread(
              () -> {
                try {
                  while (frame.get().length > 0) {
                    meter.write(frame.get());
                    Thread.sleep(500);
                  }
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      sender.start();
      try (RawModbus charger = new RawModbus(gateway.modbusPort())) {
        await().atMost(Duration.ofSeconds(30)).until(() -> value(charger, TOTAL) == -1190f);
        assertThat(value(charger, POWER_L1)).isZero();
        assertThat(value(charger, POWER_L1 + 2)).isEqualTo(700f);
        assertThat(value(charger, POWER_L1 + 4)).isZero();
        assertThat(value(charger, VOLTAGE_L1)).isEqualTo(236f);

        frame.set(raw("historical-one-phase"));
        long switched = System.nanoTime();
        await().atMost(Duration.ofSeconds(40)).until(() -> value(charger, TOTAL) == 690f);
        assertThat((System.nanoTime() - switched) / 1e9).as("seconds to follow").isLessThan(25);
        assertThat(value(charger, VOLTAGE_L1)).as("none in historical mode").isZero();
      } finally {
        frame.set(new byte[0]);
        sender.join();
      }
      assertThat(gateway.log()).anyMatch(l -> l.contains("telegrams of a tic-standard meter"));
    }
  }

  @Test
  void a_meter_in_standby_is_named_with_what_to_do() throws Exception {
    try (PtyPair line = new PtyPair(dir);
        Gateway gateway = Gateway.start(dir, line.gatewayEnd());
        OutputStream meter = line.meter()) {
      gateway.awaitLog("Modbus TCP listens");
      byte[] standby = Samples.tic("bad/standby.capture");
      await()
          .atMost(Duration.ofSeconds(40))
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                meter.write(standby);
                return gateway.log().stream().anyMatch(l -> l.contains("standby"));
              });
      assertThat(gateway.log()).anyMatch(l -> l.contains("have it activated"));
    }
  }
}
