// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.ghgande.j2mod.modbus.facade.ModbusTCPMaster;
import com.ghgande.j2mod.modbus.procimg.InputRegister;
import com.ghgande.j2mod.modbus.util.ModbusUtil;
import io.energydongle.testkit.Commands;
import io.energydongle.testkit.Commands.Result;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.RawModbus;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other programs' Modbus masters, on maps of their own by unit identifier. */
class MastersIT {

  private static final String UNITS =
      "2=empro-genuine, 3=sdm630, 4=em24-ethernet, 5=abb-b23-b24, 6=umg96rm, 7=pac2200,"
          + " 8=socomec-countis, 9=fronius-213, 10=dtsu666, 11=smartstuff";

  @TempDir Path dir;
  private Gateway gateway;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectories(dir.resolve("state"));
    Files.writeString(
        dir.resolve("state/settings.json"),
        "{\"modbus\":{\"max_clients\":8,\"units\":\"" + UNITS + "\"}}");
    gateway = Gateway.start(dir, Path.of("/dev/null"), "--simulate=dsmr5-3phase");
    gateway.awaitLog("telegrams of a dsmr meter arrive");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void pymodbus_reads_the_same_from_eleven_maps_and_walks_through_sunspec() throws Exception {
    Result result =
        Commands.run(
            "/usr/bin/python3",
            "src/test/python/masters_agree.py",
            String.valueOf(gateway.modbusPort()));
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).contains("11 maps agree");
  }

  /** mbpoll is built on libmodbus; its 32-bit integers have the low word first. */
  @Test
  void libmodbus_reads_an_em24() throws Exception {
    Result result =
        Commands.run(
            "mbpoll",
            "-1",
            "-q",
            "-a",
            "4",
            "-m",
            "tcp",
            "-p",
            String.valueOf(gateway.modbusPort()),
            "-0",
            "-r",
            "0",
            "-c",
            "1",
            "-t",
            "4:int",
            "127.0.0.1");
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    String value = result.out().replaceAll("(?s).*\\[0\\]:\\s*(-?\\d+).*", "$1");
    assertThat(Integer.parseInt(value)).isBetween(2_000, 2_600);
  }

  /** OpenEMS polls with this library: {@code masters.md}. */
  @Test
  void the_j2mod_master_reads_in_the_blocks_of_openems() throws Exception {
    ModbusTCPMaster master = new ModbusTCPMaster("127.0.0.1", gateway.modbusPort(), 1000, false);
    master.connect();
    try {
      InputRegister[] block = master.readMultipleRegisters(2, 0x8006, 57);
      byte[] bytes = {
        block[1].toBytes()[0], block[1].toBytes()[1], block[0].toBytes()[0], block[0].toBytes()[1]
      };
      assertThat(ModbusUtil.registersToFloat(bytes)).isBetween(200f, 260f);
      assertThat(master.readMultipleRegisters(2, 0x8100, 8)).hasSize(8);
    } finally {
      master.disconnect();
    }
  }

  /** Every request as {@code masters.md} and {@code modbus.md} 5.2 describe it; none may fail. */
  @Test
  void the_polls_of_known_masters_get_data_and_no_exception() throws Exception {
    try (RawModbus wire = new RawModbus(gateway.modbusPort())) {
      // Victron: identification, then one block over small holes, versions, serial, application.
      for (String request :
          new String[] {
            "04 03 000B 0001", "04 03 A000 0001", "04 03 0302 0001", "04 03 0304 0001",
            "04 03 5000 0007", "04 03 1002 0001", "04 03 0032 0002", "04 03 0000 0050",
            "04 03 0028 0002", "04 03 A100 0001", "05 03 8960 0006", "05 03 8900 0002",
            // evcc: one request for each value, FC 04 for SDM and CG, FC 03 for the others.
            "03 04 0034 0002", "03 04 0048 0002", "03 04 0006 0002", "03 04 0008 0002",
            "04 04 0028 0002", "04 04 000C 0002", "04 04 0034 0002", "05 03 5B14 0002",
            "05 03 5000 0004", "06 03 4A38 0002", "07 03 0041 0002", "07 03 0321 0004",
            // openWB: several short reads, FC 04 for CG and FC 03 for Janitza.
            "04 04 0000 0006", "04 04 0012 0006", "06 03 4A44 0006", "06 03 4A4C 0006",
            // OpenEMS.
            "02 03 8006 0039", "02 03 8100 0008", "08 03 C350 0004", "08 03 C38A 0008",
            // Alfen with the Socomec preset, Fronius GEN24.
            "08 03 C568 000C", "09 03 9C40 0045", "09 03 9C85 007D"
          }) {
        String answer = wire.ask("0001 0000 0006 " + request);
        String function = request.substring(3, 5);
        assertThat(answer.replace(" ", "").substring(14, 16)).as(request).isEqualTo(function);
      }
    }
  }

  @Test
  void a_further_port_serves_a_map_of_its_own() throws Exception {
    gateway.close();
    int port = Gateway.freePort();
    Files.writeString(
        dir.resolve("state/settings.json"), "{\"modbus\":{\"ports\":\"" + port + "=sdm630\"}}");
    gateway = Gateway.start(dir, Path.of("/dev/null"), "--simulate=dsmr5-3phase");
    gateway.awaitLog("telegrams of a dsmr meter arrive");
    try (RawModbus wire = new RawModbus(port)) {
      assertThat(wire.readFloat(0x0000)).isBetween(200f, 260f);
    }
    try (RawModbus wire = new RawModbus(gateway.modbusPort())) {
      assertThat(wire.readFloat(0x8006)).isBetween(200f, 260f);
    }
  }
}
