// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.energydongle.config.Ipv4;
import io.energydongle.config.OutputSettings;
import io.energydongle.modbus.ServedMaps.Choice;
import io.energydongle.testkit.RawModbus;
import io.energydongle.testkit.Snapshots;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The running server, raw sockets against it: every row of {@code modbus.md} sections 3 and 4 and
 * of {@code dependencies.md} section 3.
 */
class ModbusServerTest {

  /** From time to time the test moves this clock, to let time pass without waiting. */
  private final AtomicLong skipped = new AtomicLong();

  private ServedMaps registers;
  private ModbusServer server;
  private Thread thread;
  private int port;

  @BeforeEach
  void start() throws IOException {
    start(1, "127.0.0.1", 0);
  }

  private void start(int maxClients, String address, int listenPort) throws IOException {
    registers = new ServedMaps(Choice.only(TemplateFile.builtIn("empro").orElseThrow()));
    registers.accept(Snapshots.threePhase(now(), 1_000).build());
    server =
        new ModbusServer(
            new InetSocketAddress(address, listenPort), maxClients, registers, this::now);
    thread = new Thread(server, "server under test");
    thread.start();
    if (listenPort == 0) {
      await().until(() -> server.status().address().isPresent());
      port = server.status().address().orElseThrow().getPort();
    }
  }

  private void restartWith(int maxClients) throws Exception {
    stop();
    start(maxClients, "127.0.0.1", 0);
  }

  private long now() {
    return System.nanoTime() + skipped.get();
  }

  private void skip(Duration duration) {
    skipped.addAndGet(duration.toNanos());
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.stop();
    thread.join(2_000);
    assertThat(thread.isAlive()).isFalse();
  }

  // ---- the watchdog

  @Test
  void it_goes_round_without_clients_until_it_ends() throws Exception {
    await().until(() -> server.turns() > 3);
    stop();
    // Nobody else counts.
    assertThat(thread.isAlive()).isFalse();
  }

  // ---- answers, section 3

  @Test
  void the_request_of_the_specification_gets_an_answer_of_the_length_it_names() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      String answer = client.ask("0001 0000 0006 01 03 8006 001E");
      assertThat(answer).startsWith("00010000003F 01 033C43660000436700004368");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"03", "04"})
  void function_codes_3_and_4_read_the_same_registers(String function) throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.ask("ABCD 0000 0006 01 " + function + " 8006 0002"))
          .isEqualTo("ABCD00000007 01 " + function + "0443660000");
    }
  }

  @Test
  void every_unit_identifier_is_answered_and_echoed() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      for (int unit = 0; unit <= 255; unit++) {
        String hex = String.format("%02X", unit);
        assertThat(client.ask("0001 0000 0006 " + hex + " 03 8006 0001"))
            .isEqualTo("000100000005 " + hex + " 03024366");
      }
    }
  }

  @Test
  void every_transaction_identifier_is_echoed() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      for (String transaction : List.of("0000", "0001", "7FFF", "8000", "FFFF")) {
        assertThat(client.ask(transaction + " 0000 0006 01 03 8006 0001")).startsWith(transaction);
        assertThat(client.ask(transaction + " 0000 0006 01 06 8006 0001")).startsWith(transaction);
      }
    }
  }

  @Test
  void every_other_function_code_gets_exception_1_and_the_connection_stays() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      for (int function = 0; function <= 255; function++) {
        if (function != 3 && function != 4) {
          String answer = client.ask(String.format("0001 0000 0006 11 %02X 8006 0001", function));
          assertThat(answer).isEqualTo(String.format("000100000003 11 %02X01", function | 0x80));
        }
      }
      assertThat(client.read(3, 0x8006, 1)).isEqualTo("4366");
    }
  }

  @Test
  void a_function_code_without_anything_behind_it_gets_exception_1() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.ask("0001 0000 0002 01 11")).isEqualTo("000100000003 01 9101");
      assertThat(client.ask("0001 0000 0005 01 2B 0E 01 00")).isEqualTo("000100000003 01 AB01");
    }
  }

  @Test
  void writes_change_nothing() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.ask("0001 0000 0006 01 06 8006 0000")).endsWith("8601");
      assertThat(client.ask("0001 0000 000B 01 10 8006 0002 04 00000000")).endsWith("9001");
      assertThat(client.read(3, 0x8006, 2)).isEqualTo("43660000");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0001 0000 0002 01 03, 8303",
    "0001 0000 0005 01 03 8006 00, 8303",
    "0001 0000 0007 01 04 8006 0001 00, 8403",
    "0001 0000 0006 01 03 8006 0000, 8303",
    "0001 0000 0006 01 03 8006 007E, 8303",
    "0001 0000 0006 01 04 8006 FFFF, 8403",
  })
  void a_wrong_length_or_quantity_gets_exception_3_and_the_connection_stays(
      String request, String expected) throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.ask(request)).isEqualTo("000100000003 01 " + expected);
      assertThat(client.read(3, 0x8006, 1)).isEqualTo("4366");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FFFF, 0002", // beyond the last register there is
    "FFFF, 0001",
    "7FFF, 0001",
    "7FFF, 0002", // only its second register can be read
    "81FF, 0002", // only its first register can be read
    "8200, 0001",
    "0000, 007D"
  })
  void a_range_outside_the_window_gets_exception_2_as_a_whole(String first, String quantity)
      throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.ask("0001 0000 0006 01 03 " + first + quantity)).endsWith(" 8302");
      assertThat(client.read(3, 0x8006, 1)).isEqualTo("4366");
    }
  }

  @Test
  void the_blocks_of_openems_are_readable_although_they_hold_unmapped_registers()
      throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      String block = client.read(3, 0x8006, 57);
      assertThat(block).hasSize(57 * 4).startsWith("436600004367000043680000" + "00000000");
      assertThat(client.read(3, 0x8100, 8)).hasSize(8 * 4);
      assertThat(client.read(3, 0x8000, 125)).hasSize(125 * 4);
    }
  }

  @Test
  void half_a_float_and_odd_addresses_are_registers_like_any_other() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.read(3, 0x8007, 2)).isEqualTo("00004367");
      assertThat(client.read(4, 0x8006, 1)).isEqualTo("4366");
    }
  }

  @Test
  void requests_in_one_segment_are_answered_in_order() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        requests.append(String.format("%04X 0000 0006 01 03 8006 0002", i));
      }
      client.send(requests.toString());
      for (int i = 0; i < 200; i++) {
        assertThat(client.receive()).startsWith(String.format("%04X00000007", i));
      }
    }
  }

  @Test
  void a_request_in_single_bytes_is_answered() throws IOException, InterruptedException {
    try (RawModbus client = new RawModbus(port)) {
      for (String octet : "00 01 00 00 00 06 01 03 80 06 00 02".split(" ", -1)) {
        client.send(octet);
        Thread.sleep(20);
      }
      assertThat(client.receive()).isEqualTo("000100000007 01 030443660000");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0001 0007 0006 01 03 8006 0002", // protocol 7
        "0001 0100 0006 01 03 8006 0002",
        "0001 0000 0000", // length 0
        "0001 0000 0001 01",
        "0001 0000 00FF", // one more than a frame can have
        "0001 0000 FFFF",
        "474554202F20", // "GET / "
        "1603010200010001FC0303" // a TLS client hello
      })
  void bytes_that_are_no_modbus_tcp_end_the_connection_without_an_answer(String bytes)
      throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      client.send(bytes);
      assertThat(client.isClosedWithin(1_000)).isTrue();
    }
    await().until(() -> server.status().peers().stream().anyMatch(p -> p.violations() == 1));
  }

  @Test
  void the_longest_frame_is_a_frame() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.ask("0001 0000 00FE 01 10 " + "00".repeat(252))).endsWith(" 9001");
    }
  }

  @Test
  void good_requests_before_bad_bytes_are_answered() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      client.send("0001 0000 0006 01 03 8006 0001" + "0002 9999 0006 01 03 8006 0001");
      assertThat(client.receive()).isEqualTo("000100000005 01 03024366");
      assertThat(client.isClosedWithin(1_000)).isTrue();
    }
  }

  @Test
  void an_incomplete_frame_ends_the_connection_after_two_seconds() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      client.send("0001 0000 0006 01");
      assertThat(client.isClosedWithin(1_500)).isFalse();
      assertThat(client.isClosedWithin(1_500)).isTrue();
    }
  }

  @Test
  void dribbling_bytes_does_not_stretch_the_two_seconds() throws Exception {
    try (RawModbus client = new RawModbus(port)) {
      boolean closed = false;
      for (int i = 0; i < 8 && !closed; i++) {
        client.send("00");
        closed = client.isClosedWithin(400);
      }
      assertThat(closed).isTrue();
    }
  }

  @Test
  void a_silent_meter_is_exception_4_and_a_wrong_address_still_exception_2() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      skip(Duration.ofSeconds(11));
      assertThat(client.ask("0001 0000 0006 01 03 8006 0002")).endsWith(" 8304");
      assertThat(client.ask("0001 0000 0006 01 03 0000 0002")).endsWith(" 8302");
      registers.accept(Snapshots.threePhase(now(), 1_000).build());
      assertThat(client.read(3, 0x8006, 2)).isEqualTo("43660000");
    }
  }

  // ---- connections, section 4

  @Test
  void a_second_client_from_elsewhere_is_closed_at_once_and_the_first_one_stays()
      throws IOException {
    try (RawModbus charger = new RawModbus(port)) {
      charger.read(3, 0x8006, 2);
      try (RawModbus laptop = new RawModbus(port, "127.0.0.2")) {
        assertThat(laptop.isClosedWithin(500)).isTrue();
      }
      assertThat(charger.read(3, 0x8006, 2)).isEqualTo("43660000");
    }
    await().until(() -> server.status().peers().stream().anyMatch(p -> p.refused() == 1));
  }

  @Test
  void more_places_can_be_given_while_the_server_runs() throws IOException {
    try (RawModbus charger = new RawModbus(port)) {
      charger.read(3, 0x8006, 2);
      server.useMaxClients(2);
      try (RawModbus second = new RawModbus(port, "127.0.0.2")) {
        assertThat(second.read(3, 0x8006, 2)).isEqualTo("43660000");
        assertThat(charger.read(3, 0x8006, 2)).isEqualTo("43660000");
      }
    }
  }

  @Test
  void a_rebooted_charger_gets_in_at_its_first_try() throws IOException {
    try (RawModbus before = new RawModbus(port)) {
      before.read(3, 0x8006, 2);
      try (RawModbus after = new RawModbus(port)) {
        assertThat(after.read(3, 0x8006, 2)).isEqualTo("43660000");
        assertThat(before.isClosedWithin(500)).isTrue();
      }
    }
  }

  @Test
  void a_client_that_never_asked_makes_room() throws IOException {
    try (RawModbus scanner = new RawModbus(port, "127.0.0.2");
        RawModbus charger = new RawModbus(port)) {
      assertThat(charger.read(3, 0x8006, 2)).isEqualTo("43660000");
      assertThat(scanner.isClosedWithin(500)).isTrue();
    }
  }

  @Test
  void a_client_that_only_ever_got_exception_1_makes_room() throws IOException {
    try (RawModbus scanner = new RawModbus(port, "127.0.0.2")) {
      scanner.ask("0001 0000 0006 01 11 0000 0001");
      try (RawModbus charger = new RawModbus(port)) {
        assertThat(charger.read(3, 0x8006, 2)).isEqualTo("43660000");
      }
    }
  }

  @Test
  void a_charger_that_went_silent_makes_room_after_five_seconds() throws IOException {
    try (RawModbus dead = new RawModbus(port, "127.0.0.2")) {
      dead.read(3, 0x8006, 2);
      skip(Duration.ofSeconds(6));
      try (RawModbus charger = new RawModbus(port)) {
        assertThat(charger.read(3, 0x8006, 2)).isEqualTo("43660000");
      }
    }
  }

  @Test
  void a_slow_poller_is_not_kicked_for_being_idle() throws IOException {
    try (RawModbus evcc = new RawModbus(port)) {
      for (int cycle = 0; cycle < 10; cycle++) {
        evcc.ask("0001 0000 0006 01 03 8006 0002");
        skip(Duration.ofSeconds(30));
      }
      assertThat(evcc.isClosedWithin(600)).isFalse();
      try (RawModbus laptop = new RawModbus(port, "127.0.0.2")) {
        assertThat(laptop.isClosedWithin(500)).isTrue();
      }
    }
  }

  @Test
  void ten_minutes_of_silence_end_a_connection() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      client.read(3, 0x8006, 2);
      skip(Duration.ofMinutes(9));
      assertThat(client.isClosedWithin(600)).isFalse();
      skip(Duration.ofMinutes(2));
      assertThat(client.isClosedWithin(600)).isTrue();
    }
  }

  @Test
  void as_many_clients_are_served_as_the_setting_allows() throws Exception {
    restartWith(4);
    List<RawModbus> clients = new ArrayList<>();
    for (int i = 2; i <= 5; i++) {
      clients.add(new RawModbus(port, "127.0.0." + i));
    }
    for (RawModbus client : clients) {
      assertThat(client.read(3, 0x8006, 2)).isEqualTo("43660000");
    }
    try (RawModbus fifth = new RawModbus(port, "127.0.0.6")) {
      assertThat(fifth.isClosedWithin(500)).isTrue();
    }
    for (RawModbus client : clients) {
      assertThat(client.read(3, 0x8006, 2)).isEqualTo("43660000");
      client.close();
    }
  }

  @Test
  void a_connection_for_every_poll_is_fine() throws IOException {
    for (int i = 0; i < 300; i++) {
      try (RawModbus client = new RawModbus(port)) {
        assertThat(client.read(3, 0x8006, 2)).isEqualTo("43660000");
      }
    }
  }

  @Test
  void fifty_idle_connections_do_not_starve_the_charger() throws IOException {
    List<RawModbus> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        idle.add(new RawModbus(port, "127.0.1." + (i + 1)));
      }
      try (RawModbus charger = new RawModbus(port)) {
        assertThat(charger.read(3, 0x8006, 2)).isEqualTo("43660000");
      }
    } finally {
      for (RawModbus client : idle) {
        client.close();
      }
    }
  }

  @Test
  void a_client_that_never_reads_is_ended_and_holds_up_nobody() throws Exception {
    restartWith(2);
    try (RawModbus deaf = new RawModbus(port, "127.0.0.2");
        RawModbus charger = new RawModbus(port)) {
      byte[] requests =
          HexFormat.of().parseHex("000100000006010380000007D".substring(0, 24).repeat(2_000));
      deaf.socket().setSendBufferSize(1_000_000);
      Thread flood =
          new Thread(
              () -> {
                try {
                  OutputStream out = deaf.socket().getOutputStream();
                  for (int i = 0; i < 2_000; i++) {
                    out.write(requests);
                  }
                } catch (IOException e) {
                  // Closed by the server: what this test waits for.
                }
              });
      flood.start();
      long slowest = 0;
      for (int i = 0; i < 200; i++) {
        long before = System.nanoTime();
        assertThat(charger.read(3, 0x8006, 2)).isEqualTo("43660000");
        slowest = Math.max(slowest, System.nanoTime() - before);
      }
      assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofMillis(500));
      flood.join(10_000);
      assertThat(flood.isAlive()).isFalse();
      await().until(() -> connectionsOf("127.0.0.2") == 0);
    }
  }

  private int connectionsOf(String address) {
    return server.status().peers().stream()
        .filter(p -> p.address().equals(address))
        .mapToInt(PeerStatus::connections)
        .sum();
  }

  @Test
  void a_port_that_is_taken_is_tried_again_and_explained() throws Exception {
    stop();
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      start(1, "127.0.0.1", other.getLocalPort());
      await().until(() -> server.status().fault().isPresent());
      assertThat(server.status().fault().orElseThrow())
          .contains("127.0.0.1:" + other.getLocalPort(), "modbus.port");
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> server.status().address().isPresent());
    assertThat(server.status().fault()).isEmpty();
    try (RawModbus client = new RawModbus(server.status().address().orElseThrow().getPort())) {
      assertThat(client.read(3, 0x8006, 2)).isEqualTo("43660000");
    }
  }

  @Test
  void stopping_closes_every_connection() throws Exception {
    try (RawModbus client = new RawModbus(port)) {
      client.read(3, 0x8006, 2);
      stop();
      assertThat(client.isClosedWithin(1_000)).isTrue();
      assertThatThrownBy(() -> new RawModbus(port).close()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_restart_takes_the_same_port_at_once() throws Exception {
    try (RawModbus client = new RawModbus(port)) {
      client.read(3, 0x8006, 2);
      int samePort = port;
      stop();
      start(1, "127.0.0.1", samePort);
      await().atMost(Duration.ofMillis(900)).until(() -> server.status().address().isPresent());
    }
  }

  @Test
  void only_ipv4_is_listened_on() throws Exception {
    stop();
    start(1, "0.0.0.0", 0);
    byte[] one = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    InetAddress ipv6Loopback = InetAddress.getByAddress(one);
    try (Socket overIpv6 = new Socket()) {
      assertThatThrownBy(() -> overIpv6.connect(new InetSocketAddress(ipv6Loopback, port), 1_000))
          .isInstanceOf(IOException.class);
    }
  }

  // ---- the support tool

  @Test
  void what_a_client_does_is_remembered_by_its_address() throws IOException {
    try (RawModbus client = new RawModbus(port, "127.0.0.3")) {
      client.read(4, 0x8016, 2);
      client.ask("0001 0000 0006 07 11 8006 0001");
      client.ask("0001 0000 0006 07 03 0000 0001");
      client.ask("0001 0000 0006 07 04 8006 0038");
    }
    await().until(() -> server.status().peers().stream().anyMatch(p -> p.requests() == 4));
    PeerStatus peer = server.status().peers().get(0);
    assertThat(peer.address()).isEqualTo("127.0.0.3");
    assertThat(peer.exceptions()).containsOnlyKeys(1, 2).containsValues(1L);
    assertThat(peer.lastRequest()).hasValue(new PeerStatus.Request(4, 0x8006, 0x38, 7));
    assertThat(peer.connects()).isEqualTo(1);
  }

  @Test
  void no_more_than_32_clients_are_remembered() throws IOException {
    for (int i = 1; i <= 40; i++) {
      try (RawModbus client = new RawModbus(port, "127.0.2." + i)) {
        client.read(3, 0x8006, 1);
      }
    }
    await()
        .until(() -> server.status().peers().stream().anyMatch(p -> p.address().endsWith(".40")));
    assertThat(server.status().peers()).hasSize(32);
  }

  @Test
  void a_read_error_is_an_error_of_the_test_client_too() throws IOException {
    try (RawModbus client = new RawModbus(port)) {
      client.send("0001 0007 0006 01 03 8006 0002");
      assertThatThrownBy(client::receive)
          .isInstanceOfAny(EOFException.class, SocketException.class);
    }
  }

  // ---- open or closed, and to whom

  @Test
  void switched_off_it_serves_nobody_and_switched_on_it_serves_again() throws Exception {
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.ask("0001 0000 0006 01 03 8006 0002")).startsWith("0001");
      server.useOutputs(new OutputSettings(false, List.of(), true, 0, List.of()));
      await().until(() -> server.status().address().isEmpty());
      assertThat(client.isClosedWithin(3_000)).isTrue();
      assertThat(server.status().fault()).isEmpty();
    }
    server.useOutputs(OutputSettings.DEFAULT);
    await().until(() -> server.status().address().isPresent());
    try (RawModbus client = new RawModbus(server.status().address().orElseThrow().getPort())) {
      assertThat(client.ask("0001 0000 0006 01 03 8006 0002")).startsWith("0001");
    }
  }

  @Test
  void only_those_on_the_list_are_served_once_there_is_one() throws Exception {
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.ask("0001 0000 0006 01 03 8006 0002")).startsWith("0001");
      server.useOutputs(
          new OutputSettings(
              true, List.of(new Ipv4(Ipv4.parse("10.0.0.0").getAsInt(), 8)), true, 0, List.of()));
      await().untilAsserted(() -> assertThat(client.isClosedWithin(3_000)).isTrue());
    }
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.isClosedWithin(3_000)).isTrue();
    }
    server.useOutputs(
        new OutputSettings(
            true, List.of(new Ipv4(Ipv4.parse("127.0.0.0").getAsInt(), 8)), true, 0, List.of()));
    try (RawModbus client = new RawModbus(port)) {
      assertThat(client.ask("0001 0000 0006 01 03 8006 0002")).startsWith("0001");
    }
  }
}
