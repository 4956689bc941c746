// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.ModbusSettings.StalePolicy;
import io.energydongle.modbus.ServedMaps.Choice;
import io.energydongle.modbus.ServedMaps.Served;
import io.energydongle.snapshot.Demand;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MeterTime;
import io.energydongle.testkit.Snapshots;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a request gets, by its unit identifier and while the meter is silent. */
class ServedMapsTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Installation HOUSE = new Installation("EDTEST23", 25);

  private static Served served(String id, StalePolicy policy, int holdSeconds) {
    return new Served(TemplateFile.builtIn(id).orElseThrow(), new StaleRule(policy, holdSeconds));
  }

  private static ServedMaps maps(Served everywhere, Map<Integer, Served> units) {
    ServedMaps maps = new ServedMaps(new Choice(everywhere, units, Optional.empty(), HOUSE));
    maps.accept(Snapshots.threePhase(0, -1234).build());
    return maps;
  }

  /** Sends a request, and gives the answer from the function code on; "closed" without one. */
  private static String ask(ServedMaps maps, long nanos, String unitAndRequest) {
    RequestHandler handler = new RequestHandler(maps);
    byte[] pdu = HexFormat.of().parseHex(unitAndRequest.replace(" ", ""));
    byte[] frame = new byte[RequestHandler.FRAME_LENGTH_MAX];
    frame[1] = 7;
    frame[5] = (byte) pdu.length;
    System.arraycopy(pdu, 0, frame, 6, pdu.length);
    ByteBuffer answer = ByteBuffer.allocate(600);
    answer.putShort((short) 0x5AA5); // An answer may stand behind another one.
    handler.answer(frame, pdu.length + 6, answer, nanos);
    if (handler.lastCloses()) {
      return "closed";
    }
    byte[] all = new byte[answer.position()];
    answer.flip().get(all);
    int length = (all[6] & 0xFF) << 8 | (all[7] & 0xFF);
    assertThat(length).as("length field").isEqualTo(all.length - 8);
    return HexFormat.of().formatHex(all, 9, all.length);
  }

  /** Power as {@code modbus.md} section 6 gives it: float, and EM24 in tenths, low word first. */
  @Test
  void a_unit_identifier_can_have_a_map_of_its_own() {
    ServedMaps maps =
        maps(
            served("empro", StalePolicy.EXCEPTION, 0),
            Map.of(2, served("em24-ethernet", StalePolicy.EXCEPTION, 0)));
    assertThat(ask(maps, 0, "01 03 8016 0002")).isEqualTo("0304c49a4000");
    assertThat(ask(maps, 0, "ff 04 8016 0002")).isEqualTo("0404c49a4000");
    assertThat(ask(maps, 0, "02 03 0028 0002")).isEqualTo("0304cfccffff");
    assertThat(ask(maps, 0, "02 03 8016 0002")).as("not in that map").isEqualTo("8302");
    maps.use(Choice.only(TemplateFile.builtIn("empro-genuine").orElseThrow()));
    assertThat(ask(maps, 0, "02 03 8016 0002")).isEqualTo("03044000c49a");
  }

  /** Row 0xA000 of {@code modbus.md} 5.2: Victron writes 7 if it reads anything else. */
  @Test
  void what_victron_writes_is_accepted_and_nothing_else() {
    ServedMaps maps =
        maps(
            served("empro", StalePolicy.EXCEPTION, 0),
            Map.of(2, served("em24-ethernet", StalePolicy.EXCEPTION, 0)));
    assertThat(ask(maps, 0, "02 03 a000 0001")).isEqualTo("03020007");
    assertThat(ask(maps, 0, "02 06 a000 0007")).isEqualTo("06a0000007");
    assertThat(ask(maps, 0, "02 10 a000 0001 02 0007")).isEqualTo("10a0000001");
    assertThat(ask(maps, 0, "02 06 a000 0003")).isEqualTo("8603");
    assertThat(ask(maps, 0, "02 10 a000 0002 04 00070007")).isEqualTo("9003");
    assertThat(ask(maps, 0, "02 06 0028 0007")).isEqualTo("8601");
    assertThat(ask(maps, 0, "01 06 a000 0007")).isEqualTo("8601");
    assertThat(ask(maps, 0, "02 06")).isEqualTo("8601");
    assertThat(ask(maps, 0, "02 03 a000 0001")).isEqualTo("03020007");
  }

  @Test
  void each_map_has_its_rule_for_a_silent_meter() {
    ServedMaps maps =
        maps(
            served("empro", StalePolicy.EXCEPTION, 0),
            Map.of(
                2, served("em24-ethernet", StalePolicy.HOLD, 0),
                3, served("em24-ethernet", StalePolicy.HOLD, 60),
                4, served("smartstuff", StalePolicy.NOT_AVAILABLE, 0),
                5, served("empro", StalePolicy.CLOSE, 0),
                6, served("em24-ethernet", StalePolicy.ZERO, 0)));
    String em24 = " 03 0028 0002";
    assertThat(ask(maps, 10 * SECOND, "01 03 8016 0002")).isEqualTo("0304c49a4000");
    assertThat(ask(maps, 11 * SECOND, "01 03 8016 0002")).isEqualTo("8304");
    assertThat(ask(maps, Duration.ofDays(9).toNanos(), "02" + em24)).isEqualTo("0304cfccffff");
    assertThat(ask(maps, 70 * SECOND, "03" + em24)).isEqualTo("0304cfccffff");
    assertThat(ask(maps, 71 * SECOND, "03" + em24)).isEqualTo("8304");
    assertThat(ask(maps, 10 * SECOND, "04 03 0010 0002")).isEqualTo("0304000004d2");
    assertThat(ask(maps, 11 * SECOND, "04 03 0010 0002")).isEqualTo("0304ffffffff");
    assertThat(ask(maps, 10 * SECOND, "05 03 8016 0002")).isEqualTo("0304c49a4000");
    assertThat(ask(maps, 11 * SECOND, "05 03 8016 0002")).isEqualTo("closed");
    assertThat(ask(maps, 11 * SECOND, "06" + em24)).isEqualTo("030400000000");
    assertThat(ask(maps, 11 * SECOND, "06 03 000b 0001")).as("still an EM24").isEqualTo("03020670");
  }

  @Test
  void before_the_first_telegram_there_is_an_exception_whatever_the_rule() {
    ServedMaps maps =
        new ServedMaps(
            new Choice(served("empro", StalePolicy.HOLD, 0), Map.of(), Optional.empty(), HOUSE));
    assertThat(ask(maps, 0, "01 03 8016 0002")).isEqualTo("8304");
  }

  @Test
  void the_own_map_shows_the_age_of_the_telegram_when_the_answer_leaves() {
    ServedMaps maps = maps(served("energy-dongle", StalePolicy.HOLD, 0), Map.of());
    assertThat(ask(maps, 0, "01 03 0008 0002")).isEqualTo("030400000000");
    assertThat(ask(maps, 1_500_000_000L, "01 03 0008 0002")).isEqualTo("0304000005dc");
    assertThat(ask(maps, Duration.ofDays(1).toNanos(), "01 03 0008 0002"))
        .isEqualTo("0304" + "05265c00");
    // Everything else in the same answer comes from the telegram: -1234 W in thousandths.
    assertThat(ask(maps, SECOND, "01 03 0008 0004")).isEqualTo("0308" + "000003e8" + "ffed2bb0");
  }

  @Test
  void the_own_map_shows_what_is_left_to_the_fuse_and_to_the_peak() {
    // 5 minutes into the quarter: 1 kW so far over the whole of it, the peak is 4 kW, so that
    // 3 kW x 15 min are left for 10 min: 4.5 kW, of which 1 kW is drawn already.
    MeterSnapshot snapshot =
        Snapshots.threePhase(0, 1_000)
            .meterTime(
                Optional.of(
                    new MeterTime(
                        "260115100500W", Optional.of(Instant.parse("2026-01-15T09:05:00Z")))))
            .demand(
                new Demand(
                    OptionalLong.of(1_000_000),
                    Optional.of(new Demand.Peak(Optional.empty(), 4_000_000)),
                    List.of()))
            .build();
    Quantity[] left = {
      Quantity.CURRENT_LEFT_L1_A, Quantity.CURRENT_LEFT_L2_A, Quantity.CURRENT_LEFT_L3_A
    };
    double[] expected = {24, 23, 22};
    for (int i = 0; i < left.length; i++) {
      assertThat(left[i].of(snapshot, HOUSE)).hasValue(expected[i]);
      assertThat(left[i].of(snapshot, new Installation("", 0))).isEmpty();
    }
    assertThat(Quantity.DEMAND_LEFT_W.of(snapshot, HOUSE)).hasValue(3_500);
    assertThat(Quantity.DEMAND_LEFT_W.of(Snapshots.threePhase(0, 1).build(), HOUSE)).isEmpty();
  }
}
