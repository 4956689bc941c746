// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an attacker would try, over real sockets. */
class WebAttackTest extends RunningWebServer {

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
    for (String host :
        List.of(
            "energy-dongle.local",
            "ENERGY-DONGLE",
            "energy-dongle-2.local",
            "energy-dongle.fritz.box",
            "energy-dongle.lan:80",
            "127.0.0.1:8080")) {
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

  private Socket connect(String from) throws Exception {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 5_000);
    return socket;
  }

  @Test
  void five_hundred_open_connections_keep_nobody_out() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 500; i++) {
        sockets.add(connect("127.0.0.9"));
      }
      assertThat(send("GET", "/icon.svg", "").statusCode()).isEqualTo(200);
      assertThat(server.connections()).isLessThanOrEqualTo(48);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void bodies_that_never_end_and_listeners_hold_nothing_up() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        Socket listener = connect("127.0.0.9");
        slow.add(listener);
        listener
            .getOutputStream()
            .write(
                "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
      }
      for (int i = 0; i < 20; i++) {
        Socket socket = connect("127.0.0." + (9 + i % 3));
        slow.add(socket);
        String head =
            "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(send("GET", "/api/v1/status", "").statusCode()).isEqualTo(200);
      login(STICKER);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void a_body_that_trickles_is_given_up_after_five_seconds() throws Exception {
    try (Socket socket = connect("127.0.0.9")) {
      String head =
          "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      Thread.sleep(300);
      now.addAndGet(Duration.ofSeconds(6).toNanos());
      out.write(' ');
      out.flush();
      socket.setSoTimeout(10_000);
      byte[] answer = new byte[12];
      assertThat(socket.getInputStream().readNBytes(answer, 0, 12)).isEqualTo(12);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 408");
    }
  }

  @Test
  void wrong_passwords_at_the_same_time_are_no_more_than_in_a_row() throws Exception {
    settings.change(
        s -> s.withAccess(s.access().withPasswordHash(Passwords.hash("correct horse"))));
    List<CompletableFuture<Integer>> tries = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      tries.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return send("POST", "/api/v1/login", "{\"password\":\"guess\"}").statusCode();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    List<Integer> answers = tries.stream().map(CompletableFuture::join).toList();
    assertThat(answers.stream().filter(status -> status == 401).count()).isEqualTo(5);
    assertThat(answers).allMatch(status -> status == 401 || status == 429);
  }

  @Test
  void what_is_no_request_is_told_as_json_too() throws Exception {
    assertThat(raw("GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n")).contains(" 400 ");
    HttpResponse<String> long_ = send("GET", "/icon.svg", "", "X-Long", "x".repeat(9_000));
    assertThat(code(long_)).isEqualTo("431 bad-request");
    for (String method : List.of("PUT", "POST", "PATCH", "DELETE")) {
      assertThat(code(send(method, "/api/v1/reading", "")))
          .as(method)
          .isEqualTo("405 wrong-method");
    }
  }

  @Test
  void text_in_a_header_cannot_become_a_header() throws Exception {
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: a\rSet-Cookie: x=1\r\n\r\n"))
        .containsAnyOf(" 400 ", " 200 ");
    assertThat(raw("GET /%0d%0aSet-Cookie:x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .containsAnyOf(" 404 ", " 400 ");
  }
}
