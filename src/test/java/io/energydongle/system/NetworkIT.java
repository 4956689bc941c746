// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.testkit.Commands.Result;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.NetworkBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway and a real NetworkManager, on a cable whose other end the test holds. */
class NetworkIT {

  private static final String KEY = "k7m2-p9x4-w3t8-r6zq";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NO_ANSWER = "{}";

  @TempDir private Path dir;
  private NetworkBench bench;
  private Gateway gateway;

  @BeforeEach
  void start() throws Exception {
    Optional<String> missing = NetworkBench.missing();
    missing.ifPresent(
        why -> System.err.println("NetworkIT: THE NETWORK WAS NOT TESTED: " + why + "."));
    assumeTrue(missing.isEmpty(), "see standard error");
    bench = NetworkBench.start(dir);
    gateway = Gateway.startOn(bench, dir, KEY);
    gateway.awaitLog("web page on");
    assertThat(curl("POST", "/api/v1/login", "{\"password\":\"" + KEY + "\"}").status()).isZero();
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    if (bench != null) {
      bench.close();
    }
  }

  private Result curl(String method, String path, String body) throws Exception {
    Path jar = dir.resolve("cookies");
    return bench.board(
        "curl -s -f -m 10 -b %s -c %s -X %s -H 'Content-Type: application/json' -d '%s' http://127.0.0.1:%d%s"
            .formatted(jar, jar, method, body, gateway.httpPort(), path));
  }

  private JsonNode network() throws Exception {
    Result answer = curl("GET", "/api/v1/status", "");
    return JSON.readTree(answer.out().isEmpty() ? NO_ANSWER : answer.out()).path("network");
  }

  private void awaitNetwork(String what, String field, String value, int seconds) {
    await(what)
        .atMost(Duration.ofSeconds(seconds))
        .until(() -> network().path(field).asText().equals(value));
  }

  private void save(String section) throws Exception {
    Result answer = curl("PUT", "/api/v1/settings/network", section);
    assertThat(answer.status()).as(answer.out()).isZero();
  }

  /** {@code product.md} M5.2; the time is that of {@code platform.md} section 3.2, row C. */
  @Test
  void without_dhcp_it_gives_itself_an_address_and_still_finds_a_late_server() throws Exception {
    awaitNetwork("an address of its own", "state", "link-local", 12);
    assertThat(network().path("address").asText()).startsWith("169.254.");
    assertThat(network().path("source").asText()).isEqualTo("link-local");

    bench.dhcp(dir);

    awaitNetwork("the address of the server", "state", "up", 66);
    assertThat(network().path("address").asText()).startsWith("192.168.10.");
    assertThat(network().path("source").asText()).isEqualTo("dhcp");
    assertThat(network().path("gateway").asText()).isEqualTo("192.168.10.1");
    assertThat(Files.readString(dir.resolve("leases"))).contains(" energy-dongle ");
  }

  @Test
  void a_fixed_address_is_in_force_at_once_and_a_taken_one_is_told() throws Exception {
    save(
        """
        {"connection":"ethernet","method":"static","address":"192.168.10.101",
         "prefix_length":24,"gateway":"192.168.10.1","dns":"192.168.10.1"}
        """);

    awaitNetwork("the fixed address", "address", "192.168.10.101", 15);
    assertThat(network().path("source").asText()).isEqualTo("static");
    assertThat(bench.board("ip -4 -brief address show eth0").out()).contains("192.168.10.101/24");
    assertThat(bench.board("ip route").out()).contains("default via 192.168.10.1 dev eth0");

    save("{\"connection\":\"ethernet\",\"method\":\"static\",\"address\":\"192.168.10.1\"}");

    awaitNetwork(
        "the sentence",
        "fault",
        "The address 192.168.10.1 is in use by another device on this network; choose another"
            + " one.",
        20);
  }

  @Test
  void a_cable_that_is_pulled_out_and_put_in_needs_no_help() throws Exception {
    bench.dhcp(dir);
    awaitNetwork("an address", "state", "up", 30);

    bench.lan("ip link set lan0 down");
    awaitNetwork("no cable", "state", "no-link", 15);
    bench.lan("ip link set lan0 up");

    awaitNetwork("an address again", "state", "up", 30);
    assertThat(gateway.log()).anyMatch(line -> line.contains("network cable pulled out"));
  }

  @Test
  void a_restart_keeps_the_address_and_a_factory_reset_asks_dhcp_again() throws Exception {
    bench.dhcp(dir);
    save("{\"connection\":\"ethernet\",\"method\":\"static\",\"address\":\"192.168.10.101\"}");
    awaitNetwork("the fixed address", "address", "192.168.10.101", 15);
    String before = bench.board("nmcli -t -f GENERAL.CON-PATH device show eth0").out();

    gateway.close();
    gateway = Gateway.startOn(bench, dir, KEY);
    gateway.awaitLog("network: Ethernet, static");
    assertThat(bench.board("nmcli -t -f GENERAL.CON-PATH device show eth0").out())
        .isEqualTo(before);

    gateway.awaitLog("web page on");
    curl("POST", "/api/v1/login", "{\"password\":\"" + KEY + "\"}");
    curl("POST", "/api/v1/actions/factory-reset", "");
    awaitNetwork("an address from the server", "source", "dhcp", 30);
    assertThat(network().path("mode").asText()).isEqualTo("first-use");
  }
}
