// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.energydongle.config.Settings;
import io.energydongle.web.WebForFuzzing.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes on a connection to the web server, of somebody who has not logged in: no fault and no
 * stack trace is answered, nothing is changed or done, and the next one is served as ever.
 */
class HttpBytesFuzzTest {

  /** No telegram and too many listeners; not on this board; another version of HTTP. */
  private static final Set<Integer> DOCUMENTED = Set.of(501, 503, 505);

  private static @Nullable WebForFuzzing web;

  private static synchronized WebForFuzzing web() {
    WebForFuzzing running = web;
    if (running == null) {
      running = new WebForFuzzing();
      web = running;
    }
    return running;
  }

  @DictionaryEntries({
    "GET ",
    "PUT ",
    "POST ",
    "DELETE ",
    "OPTIONS ",
    "HEAD ",
    " HTTP/1.1",
    " HTTP/1.0",
    " HTTP/2.0",
    "Host: localhost",
    "Cookie: session=",
    "Authorization: Bearer ",
    "Transfer-Encoding: chunked",
    "Content-Length: ",
    "Expect: 100-continue",
    "Content-Type: application/json",
    "Content-Encoding: gzip",
    "Range: bytes=0-1",
    "Upgrade: websocket",
    "Origin: null",
    "/api/v1/",
    "/settings/mqtt",
    "/history?resolution=minute&from=",
    "/history.csv",
    "/metrics",
    "/modbus/preview?template=",
    "/../",
    "%2e%2e",
    "%00",
    "%zz",
    "%ff",
    ";",
    "Accept-Encoding: gzip, br",
    "Sec-Fetch-Site: cross-site",
    "http://"
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void any_request_leaves_the_server_as_it_was(byte[] bytes) throws IOException {
    BugDetectors.allowNetworkConnections((host, port) -> host.equals("localhost"));
    WebForFuzzing web = web();
    web.reset();
    web.pass(5_000);
    String request = new String(bytes, StandardCharsets.ISO_8859_1);
    Answer answer = Answer.of(web.bytes(bytes, WebForFuzzing.STREAM_MILLIS));
    if (answer.status() >= 500 && !DOCUMENTED.contains(answer.status())) {
      throw new AssertionError("a fault: " + answer);
    }
    WebForFuzzing.checkNoFault(answer, request);
    if (!web.settings.current().equals(Settings.DEFAULT) || !web.asked.isEmpty()) {
      throw new AssertionError("something was changed without a login: " + web.asked);
    }
    String next = "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    Answer status =
        Answer.of(web.bytes(next.getBytes(StandardCharsets.US_ASCII), WebForFuzzing.ANSWER_MILLIS));
    if (status.status() != 200 || !status.body().contains("\"version\"")) {
      throw new AssertionError("afterwards the status is " + status);
    }
  }

  private static String request(String line, String headers, String body) {
    return line + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body;
  }

  static Stream<byte[]> seeds() {
    String json = "Content-Type: application/json\r\n";
    return Stream.of(
            request("GET /", "", ""),
            request("GET /api/v1/status", "Accept-Encoding: gzip\r\n", ""),
            request("GET /api/v1/reading", "", ""),
            request("GET /api/v1/history?resolution=minute&from=0&to=99999999999", "", ""),
            request("GET /api/v1/history.csv?resolution=quarter", "", ""),
            request("GET /api/v1/modbus/templates/empro", "", ""),
            request("GET /api/v1/modbus/preview?template=empro", "", ""),
            request("GET /api/v1/settings/mqtt", "Cookie: session=AAAAAAAAAAAAAAAAAAAAAA\r\n", ""),
            request("GET /metrics", "Authorization: Bearer edt_0123456789\r\n", ""),
            request("HEAD /config", "If-None-Match: \"x\"\r\n", ""),
            request("OPTIONS *", "", ""),
            request("POST /api/v1/login", json + "Content-Length: 16\r\n", "{\"password\":\"x\"}"),
            request(
                "PUT /api/v1/settings/modbus",
                json + "Transfer-Encoding: chunked\r\n",
                "2\r\n{}\r\n0\r\n\r\n"),
            request(
                "PUT /api/v1/update/file",
                "Content-Type: application/octet-stream\r\nContent-Length: 3\r\n",
                "abc"),
            request("POST /api/v1/actions/reconnect", "", ""),
            request("POST /api/v1/actions/factory-reset", "", ""),
            request("POST /api/v1/network/test", json + "Content-Length: 2\r\n", "{}"),
            request("PUT /api/v1/backup", json + "Content-Length: 2\r\n", "{}"),
            request(
                "PUT /api/v1/settings/modbus",
                json + "Content-Length: 17\r\n",
                "{\"max_clients\":2}"),
            request("GET /api/v1/history?resolution=minute&from=99999999999999999999", "", ""),
            request("POST /api/v1/actions/reboot", "Origin: http://evil.example\r\n", ""),
            request("GET /a", "", "") + request("GET /b", "Connection: close\r\n", ""),
            "GET http://localhost/api/v1/status HTTP/1.0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET /%zz?resolution=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
            request("GET /api/v1/history?resolution=%zz", "", ""),
            request("DELETE /api/v1/tokens/%00", "", ""),
            "\u0016\u0003\u0001\u0002\u0000\u0001",
            "")
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
