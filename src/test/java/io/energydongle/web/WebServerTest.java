// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.config.SettingsStore;
import io.energydongle.snapshot.Reception;
import io.energydongle.status.MeterStatus;
import io.energydongle.testkit.Snapshots;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route and every error over real HTTP, and what an attacker would try. */
class WebServerTest {

  private static final String STICKER = "k7m2-p9x4-w3t8-r6zq";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path state;

  private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
  private final List<String> asked = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private SettingsStore settings;
  private WebServer server;

  private final Surroundings surroundings =
      new Surroundings() {
        @Override
        public String version() {
          return "1.2.3";
        }

        @Override
        public Instant now() {
          return Instant.EPOCH;
        }

        @Override
        public MeterStatus meter() {
          return MeterStatus.UNKNOWN;
        }

        @Override
        public Modbus modbus() {
          return new Modbus(Optional.of("127.0.0.1:502"), Optional.empty(), List.of());
        }

        @Override
        public Optional<String> stickerKey() {
          return Optional.of(STICKER);
        }

        @Override
        public List<String> problems() {
          return List.of();
        }

        @Override
        public Optional<String> act(Action action) {
          asked.add(action.name());
          return action == Action.REBOOT
              ? Optional.of("This board cannot be rebooted from here.")
              : Optional.empty();
        }
      };

  @BeforeEach
  void start() {
    settings = SettingsStore.open(state, s -> List.of());
    server = new WebServer(settings, surroundings, now::get);
    server.start("127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static String code(HttpResponse<String> answer) throws Exception {
    return answer.statusCode() + " " + JSON.readTree(answer.body()).at("/error/code").asText();
  }

  private String login(String password) throws Exception {
    HttpResponse<String> answer =
        send("POST", "/api/v1/login", JSON.writeValueAsString(Map.of("password", password)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
    return cookie.substring(0, cookie.indexOf(';'));
  }

  /** Sends bytes as they are, and gives the first line of the answer. */
  private String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      return String.valueOf(in.readLine());
    }
  }

  @Test
  void a_port_that_was_taken_is_served_once_it_is_free() throws Exception {
    try (WebServer second = new WebServer(settings, surroundings, now::get)) {
      int port;
      try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = holder.getLocalPort();
        assertThatThrownBy(() -> second.start("127.0.0.1", port))
            .isInstanceOf(RuntimeException.class);
      }
      second.start("127.0.0.1", port);
      assertThat(second.port()).isEqualTo(port);
    }
  }

  @Test
  void before_the_first_telegram_there_is_no_reading() throws Exception {
    assertThat(code(send("GET", "/api/v1/reading", ""))).isEqualTo("503 no-telegram");
    assertThat(code(send("GET", "/api/v1/telegram", ""))).isEqualTo("503 no-telegram");
  }

  @Test
  void the_reading_tells_its_age_and_grows_stale() throws Exception {
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    now.addAndGet(1_500_000_000L);
    JsonNode fresh = JSON.readTree(send("GET", "/api/v1/reading", "").body());
    assertThat(fresh.path("power_w").asInt()).isEqualTo(1_000);
    assertThat(fresh.path("age_s").asDouble()).isEqualTo(1.5);
    assertThat(fresh.path("stale").asBoolean()).isFalse();
    now.addAndGet(60_000_000_000L);
    JsonNode old = JSON.readTree(send("GET", "/api/v1/reading", "").body());
    assertThat(old.path("stale").asBoolean()).isTrue();
  }

  @Test
  void the_history_holds_one_power_a_second() throws Exception {
    for (int second = 0; second < 3; second++) {
      server.accept(
          Snapshots.threePhase(now.get(), 1_000 + second)
              .reception(
                  new Reception(
                      Instant.EPOCH.plusMillis(400L * second), now.get(), Duration.ofSeconds(1)))
              .build());
    }
    server.accept(
        Snapshots.threePhase(now.get(), 5)
            .reception(
                new Reception(Instant.EPOCH.plusSeconds(7), now.get(), Duration.ofSeconds(1)))
            .build());
    assertThat(send("GET", "/api/v1/history", "").body())
        .isEqualTo("{\"t\":[0,7],\"power_w\":[1002,5]}");
  }

  @Test
  void the_stream_brings_each_reading() throws Exception {
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    HttpResponse<InputStream> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.port() + "/api/v1/stream"))
                .build(),
            BodyHandlers.ofInputStream());
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (!line.contains("\"power_w\"")) {
        line = lines.readLine();
      }
      assertThat(line).startsWith("data: {").contains("\"power_w\":1000");
      server.accept(Snapshots.threePhase(now.get(), 2_000).sequence(2).build());
      line = lines.readLine();
      while (!line.contains("\"power_w\"")) {
        line = lines.readLine();
      }
      assertThat(line).contains("\"power_w\":2000");
    }
  }

  @Test
  void settings_are_read_and_replaced_and_every_problem_is_told_at_once() throws Exception {
    String cookie = login(STICKER);
    assertThat(send("GET", "/api/v1/settings/modbus", "", "Cookie", cookie).body())
        .isEqualTo(
            "{\"template\":\"empro\",\"max_clients\":1,\"stale\":\"exception\",\"stale_after_s\":0}");
    HttpResponse<String> wrong =
        send(
            "PUT",
            "/api/v1/settings/modbus",
            "{\"max_clients\":99,\"colour\":1}",
            "Cookie",
            cookie);
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(JSON.readTree(wrong.body()).findValuesAsText("field"))
        .contains("modbus.max_clients", "modbus.colour");
    HttpResponse<String> right =
        send("PUT", "/api/v1/settings/modbus", "{\"max_clients\":4}", "Cookie", cookie);
    assertThat(right.statusCode()).isEqualTo(200);
    assertThat(settings.current().modbus().maxClients()).isEqualTo(4);
    assertThat(code(send("GET", "/api/v1/settings/colours", "", "Cookie", cookie)))
        .isEqualTo("404 unknown-section");
  }

  @Test
  void a_secret_is_never_told() throws Exception {
    String cookie = login(STICKER);
    String key = "000102030405060708090a0b0c0d0e0f";
    HttpResponse<String> answer =
        send(
            "PUT",
            "/api/v1/settings/meter",
            "{\"decryption_key\":\"" + key + "\"}",
            "Cookie",
            cookie);
    assertThat(answer.body()).contains("\"decryption_key\":{\"set\":true}").doesNotContain(key);
    assertThat(send("GET", "/api/v1/settings/access", "", "Cookie", cookie).body())
        .contains("\"password_hash\":{\"set\":false}");
  }

  @Test
  void without_login_nothing_can_be_changed_or_seen_of_the_settings() throws Exception {
    assertThat(code(send("GET", "/api/v1/settings/modbus", ""))).isEqualTo("401 login-required");
    assertThat(code(send("PUT", "/api/v1/settings/modbus", "{}"))).isEqualTo("401 login-required");
    assertThat(code(send("POST", "/api/v1/actions/reboot", ""))).isEqualTo("401 login-required");
    assertThat(code(send("PUT", "/api/v1/password", "{\"password\":\"abcdefghijkl\"}")))
        .isEqualTo("401 login-required");
  }

  @Test
  void reading_can_be_closed() throws Exception {
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    String cookie = login(STICKER);
    send("PUT", "/api/v1/settings/access", "{\"reading_open\":false}", "Cookie", cookie);
    for (String path : List.of("/reading", "/telegram", "/status", "/stream")) {
      assertThat(code(send("GET", "/api/v1" + path, ""))).as(path).isEqualTo("401 login-required");
    }
    assertThat(code(send("GET", "/metrics", ""))).isEqualTo("401 login-required");
    assertThat(send("GET", "/api/v1/reading", "", "Cookie", cookie).statusCode()).isEqualTo(200);
  }

  @Test
  void logout_and_a_new_password_end_the_session() throws Exception {
    String cookie = login(STICKER);
    send("POST", "/api/v1/logout", "", "Cookie", cookie);
    assertThat(code(send("GET", "/api/v1/settings/modbus", "", "Cookie", cookie)))
        .isEqualTo("401 login-required");
    String again = login(STICKER);
    assertThat(code(send("PUT", "/api/v1/password", "{\"password\":\"short\"}", "Cookie", again)))
        .isEqualTo("422 invalid");
    HttpResponse<String> changed =
        send("PUT", "/api/v1/password", "{\"password\":\"correct horse\"}", "Cookie", again);
    assertThat(changed.statusCode()).isEqualTo(204);
    assertThat(code(send("GET", "/api/v1/settings/modbus", "", "Cookie", again)))
        .isEqualTo("401 login-required");
    assertThat(code(send("POST", "/api/v1/login", "{\"password\":\"" + STICKER + "\"}")))
        .isEqualTo("401 wrong-password");
    login("correct horse");
    assertThat(Files.readString(state.resolve("settings.json"))).doesNotContain("correct horse");
  }

  @Test
  void wrong_passwords_make_the_next_try_wait_longer_and_longer() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(code(send("POST", "/api/v1/login", "{\"password\":\"guess\"}")))
          .isEqualTo("401 wrong-password");
    }
    HttpResponse<String> sixth =
        send("POST", "/api/v1/login", "{\"password\":\"" + STICKER + "\"}");
    assertThat(code(sixth)).isEqualTo("429 too-many-tries");
    assertThat(sixth.headers().firstValue("Retry-After")).isPresent();
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(code(send("POST", "/api/v1/login", "{\"password\":\"guess\"}")))
        .isEqualTo("401 wrong-password");
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(code(send("POST", "/api/v1/login", "{\"password\":\"guess\"}")))
        .isEqualTo("429 too-many-tries");
    now.addAndGet(Duration.ofMinutes(6).toNanos());
    login(STICKER);
  }

  @Test
  void a_session_ends_after_half_an_hour_without_use() throws Exception {
    String cookie = login(STICKER);
    now.addAndGet(Duration.ofMinutes(29).toNanos());
    assertThat(send("GET", "/api/v1/settings/modbus", "", "Cookie", cookie).statusCode())
        .isEqualTo(200);
    now.addAndGet(Duration.ofMinutes(31).toNanos());
    assertThat(code(send("GET", "/api/v1/settings/modbus", "", "Cookie", cookie)))
        .isEqualTo("401 login-required");
  }

  @Test
  void actions_reach_their_target_or_say_why_not() throws Exception {
    String cookie = login(STICKER);
    assertThat(send("POST", "/api/v1/actions/factory-reset", "", "Cookie", cookie).statusCode())
        .isEqualTo(202);
    assertThat(asked).containsExactly("FACTORY_RESET");
    assertThat(code(send("POST", "/api/v1/actions/reboot", "", "Cookie", cookie)))
        .isEqualTo("501 not-available");
    assertThat(code(send("POST", "/api/v1/actions/explode", "", "Cookie", cookie)))
        .isEqualTo("404 unknown-action");
  }

  @Test
  void a_page_of_somebody_else_changes_nothing() throws Exception {
    String cookie = login(STICKER);
    String[][] foreign = {
      {"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}
    };
    for (String[] header : foreign) {
      HttpResponse<String> answer =
          send(
              "PUT",
              "/api/v1/settings/modbus",
              "{\"max_clients\":5}",
              "Cookie",
              cookie,
              header[0],
              header[1]);
      assertThat(code(answer)).as(header[0]).isEqualTo("403 foreign-origin");
    }
    assertThat(
            code(
                send(
                    "POST",
                    "/api/v1/login",
                    "{\"password\":\"" + STICKER + "\"}",
                    "Content-Type",
                    "text/plain")))
        .isEqualTo("415 json-expected");
    assertThat(settings.current().modbus().maxClients()).isEqualTo(1);
  }

  @Test
  void a_name_that_is_not_ours_is_refused() throws Exception {
    for (String host : List.of("evil.example", "energy-dongle.evil.example", "127.0.0.1.evil")) {
      assertThat(raw("GET /api/v1/status HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
          .as(host)
          .contains(" 421 ");
    }
    for (String host : List.of("energy-dongle.local", "ENERGY-DONGLE", "127.0.0.1:8080")) {
      assertThat(raw("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).as(host).contains(" 200 ");
    }
  }

  @Test
  void large_and_broken_bodies_are_refused() throws Exception {
    assertThat(code(send("POST", "/api/v1/login", "{\"password\":\"" + "x".repeat(70_000) + "\"}")))
        .isEqualTo("413 body-too-large");
    for (String body : List.of("{", "[]", "{}{}", "{\"a\":1,\"a\":2}", "\u0000")) {
      assertThat(code(send("POST", "/api/v1/login", body)))
          .as(body)
          .isEqualTo("400 malformed-json");
    }
    assertThat(code(send("POST", "/api/v1/login", "{\"password\":7}"))).isEqualTo("422 invalid");
  }

  @Test
  void nothing_but_the_pages_can_be_fetched() throws Exception {
    for (String path :
        List.of(
            "/../settings.json",
            "/..%2f..%2fetc/passwd",
            "/web/index.html",
            "/logback.xml",
            "/%2e%2e/",
            "//etc/passwd")) {
      String line = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(line).as(path).containsAnyOf(" 404 ", " 400 ");
    }
    assertThat(code(send("GET", "/nothing", ""))).isEqualTo("404 not-found");
  }

  @Test
  void every_answer_carries_the_headers_that_keep_others_out() throws Exception {
    for (String path : List.of("/", "/config", "/app.js", "/api/v1/status", "/nothing")) {
      HttpResponse<String> answer = send("GET", path, "");
      assertThat(answer.headers().firstValue("Content-Security-Policy"))
          .as(path)
          .hasValueSatisfying(v -> assertThat(v).contains("default-src 'self'"));
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }
    String page = send("GET", "/", "").body();
    assertThat(page).doesNotContain("onclick", "style=", "http://", "https://", "<script>");
  }

  @Test
  void too_many_requests_of_one_address_are_refused_and_later_served_again() throws Exception {
    int refused = 0;
    for (int i = 0; i < 260; i++) {
      refused += send("GET", "/icon.svg", "").statusCode() == 429 ? 1 : 0;
    }
    assertThat(refused).isBetween(40, 70);
    now.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(send("GET", "/icon.svg", "").statusCode()).isEqualTo(200);
  }

  @Test
  void five_hundred_open_connections_keep_nobody_out_once_they_are_gone() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    int kept = 0;
    for (int i = 0; i < 500; i++) {
      Socket socket = new Socket();
      sockets.add(socket);
      try {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 20);
        kept++;
      } catch (SocketTimeoutException e) {
        // The server takes no more, and the kernel keeps only some in store.
      }
    }
    assertThat(kept).as("connections that found a place").isLessThan(500);
    for (Socket socket : sockets) {
      socket.close();
    }
    assertThat(send("GET", "/icon.svg", "").statusCode()).isEqualTo(200);
  }

  @Test
  void a_body_that_never_ends_holds_nothing_up() throws Exception {
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      slow.add(socket);
      socket
          .getOutputStream()
          .write(
              ("POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 1000\r\n\r\n{")
                  .getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(send("GET", "/api/v1/status", "").statusCode()).isEqualTo(200);
    for (Socket socket : slow) {
      socket.close();
    }
  }

  @Test
  void text_in_a_header_cannot_become_a_header() throws Exception {
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: a\rSet-Cookie: x=1\r\n\r\n"))
        .containsAnyOf(" 400 ", " 200 ");
    assertThat(raw("GET /%0d%0aSet-Cookie:x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .containsAnyOf(" 404 ", " 400 ");
  }

  @Test
  void the_figures_are_there_for_prometheus() throws Exception {
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    String text = send("GET", "/metrics", "").body();
    assertThat(text)
        .contains("energy_dongle_power_watts 1000\n", "# TYPE energy_dongle_telegrams_total");
  }

  @Test
  void the_description_of_the_interface_names_every_route() throws Exception {
    String openapi = send("GET", "/openapi.yaml", "").body();
    for (String path :
        List.of(
            "/api/v1/reading:",
            "/api/v1/telegram:",
            "/api/v1/history:",
            "/api/v1/stream:",
            "/api/v1/status:",
            "/api/v1/login:",
            "/api/v1/logout:",
            "/api/v1/password:",
            "/api/v1/settings/{section}:",
            "/api/v1/actions/{action}:",
            "/metrics:")) {
      assertThat(openapi).contains("  " + path);
    }
  }
}
