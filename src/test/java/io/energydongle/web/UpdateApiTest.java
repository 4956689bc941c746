// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.update.TestRelease;
import java.io.DataInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UpdateApiTest extends RunningWebServer {

  private HttpResponse<String> upload(byte[] release, String type, String cookie) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.port() + "/api/v1/update/file"))
            .header("Content-Type", type)
            .PUT(BodyPublishers.ofByteArray(release));
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static final String FILE = "application/octet-stream";

  @Test
  void a_release_is_uploaded_checked_and_handed_over() throws Exception {
    // Larger than any other body may be.
    byte[] release = TestRelease.of("0.2.0").with("red-light", "x".repeat(300_000)).bytes();
    assertThat(code(upload(release, FILE, ""))).isEqualTo("401 login-required");
    String cookie = login(STICKER);
    assertThat(code(upload(release, "text/plain", cookie))).isEqualTo("415 file-expected");
    assertThat(updates.request()).isEmpty();
    HttpResponse<String> answer = upload(release, FILE, cookie);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(json(answer).path("state").asText()).isEqualTo("installing");
    assertThat(json(answer).path("version").asText()).isEqualTo("0.2.0");
    assertThat(updates.request().get(0)).startsWith("install ");
    assertThat(code(upload(release, FILE, cookie))).isEqualTo("409 busy");
  }

  @Test
  void a_bad_release_is_refused_with_its_reason_which_stays_to_be_seen() throws Exception {
    byte[] release = TestRelease.of("0.2.0").bytes();
    release[release.length - 1] = 1;
    HttpResponse<String> answer = upload(release, FILE, login(STICKER));
    assertThat(code(answer)).isEqualTo("422 changed");
    HttpResponse<String> state = send("GET", "/api/v1/update", "");
    assertThat(json(state).path("state").asText()).isEqualTo("refused");
    assertThat(json(state).path("message").asText())
        .isEqualTo(json(answer).at("/error/message").asText());
    assertThat(json(state).path("installed").asText()).isEqualTo("0.1.0");
  }

  @Test
  void a_body_that_says_it_is_too_large_is_refused_before_it_is_read() throws Exception {
    String cookie = login(STICKER);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("PUT /api/v1/update/file HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                  + FILE
                  + "\r\nCookie: "
                  + cookie
                  + "\r\nContent-Length: 99999999999\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      String status =
          new String(
              new DataInputStream(socket.getInputStream()).readNBytes(12),
              StandardCharsets.US_ASCII);
      assertThat(status).isEqualTo("HTTP/1.1 413");
    }
    assertThat(updates.request()).isEmpty();
  }

  @Test
  void other_requests_keep_their_limits_and_their_reasons() throws Exception {
    String cookie = login(STICKER);
    assertThat(code(send("POST", "/api/v1/update/go-back", "", "Cookie", cookie)))
        .isEqualTo("409 nothing-to-go-back-to");
    assertThat(code(send("POST", "/api/v1/update/check", "", "Cookie", cookie)))
        .isEqualTo("409 no-feed");
    assertThat(code(send("POST", "/api/v1/update/fetch", "{}", "Cookie", cookie)))
        .isEqualTo("409 no-feed");
    assertThat(
            code(
                send(
                    "POST",
                    "/api/v1/update/fetch",
                    "{\"url\":\"https://x.example.com/a\",\"version\":\"new\"}",
                    "Cookie",
                    cookie)))
        .isEqualTo("422 invalid");
    assertThat(
            code(
                send(
                    "POST",
                    "/api/v1/update/fetch",
                    "{\"url\":\"file:///etc/passwd\"}",
                    "Cookie",
                    cookie)))
        .isEqualTo("422 invalid");
    assertThat(code(send("POST", "/api/v1/update/fetch", "{}"))).isEqualTo("401 login-required");
  }
}
