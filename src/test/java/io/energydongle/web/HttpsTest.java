// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page over TLS: made, brought, required and switched off while everything runs. */
class HttpsTest extends RunningWebServer {

  private SSLContext trusting;

  @BeforeEach
  void startWithTls() throws Exception {
    time = Instant.now().plusSeconds(600); // after the certificates that openssl makes now
    server.close();
    server = serverOn(0, -1);
    server.start();
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {new TrustEverybody()}, null);
    awaitTls();
  }

  private void awaitTls() {
    await().atMost(Duration.ofSeconds(30)).until(() -> server.httpsPort() > 0);
  }

  private HttpResponse<String> secure(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + server.httpsPort() + path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return HttpClient.newBuilder()
        .sslContext(trusting)
        .build()
        .send(request.build(), BodyHandlers.ofString());
  }

  private X509Certificate served() throws Exception {
    try (SSLSocket socket =
        (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", server.httpsPort())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void a_new_device_makes_its_own_certificate_and_keeps_it() throws Exception {
    X509Certificate made = served();
    assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=energy-dongle.local");
    assertThat(made.getPublicKey().getAlgorithm()).isEqualTo("EC");
    assertThat(made.getSubjectAlternativeNames().toString()).contains("energy-dongle.local");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(state.resolve("https.p12"))))
        .isEqualTo("rw-------");
    server.close();
    server = serverOn(0, -1);
    server.start();
    awaitTls();
    assertThat(served()).isEqualTo(made);
  }

  @Test
  void a_session_over_tls_has_a_cookie_that_never_travels_in_the_open() throws Exception {
    HttpResponse<String> answer =
        secure("POST", "/api/v1/login", JSON.writeValueAsString(Map.of("password", STICKER)));
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).startsWith("__Host-session=").contains("Secure", "HttpOnly");
    String name = cookie.substring(0, cookie.indexOf(';'));
    assertThat(secure("GET", "/api/v1/settings/modbus", "", "Cookie", name).statusCode())
        .isEqualTo(200);
    assertThat(code(send("GET", "/api/v1/settings/modbus", "", "Cookie", name)))
        .isEqualTo("401 login-required");
  }

  @Test
  void where_tls_is_required_pages_lead_to_it_and_the_rest_is_refused() throws Exception {
    String cookie = login(STICKER);
    assertThat(
            send("PUT", "/api/v1/settings/access", "{\"https\":\"required\"}", "Cookie", cookie)
                .statusCode())
        .isEqualTo(200);
    HttpResponse<String> page = send("GET", "/config", "");
    assertThat(page.statusCode()).isEqualTo(307);
    assertThat(page.headers().firstValue("Location"))
        .hasValue("https://127.0.0.1:" + server.httpsPort() + "/config");
    assertThat(code(send("GET", "/api/v1/status", ""))).isEqualTo("403 https-required");
    assertThat(code(send("POST", "/api/v1/login", "{\"password\":\"x\"}")))
        .isEqualTo("403 https-required");
    assertThat(secure("GET", "/api/v1/status", "").statusCode()).isEqualTo(200);
  }

  @Test
  void tls_can_be_switched_off_and_on() throws Exception {
    String cookie = login(STICKER);
    send("PUT", "/api/v1/settings/access", "{\"https\":\"off\"}", "Cookie", cookie);
    await().atMost(Duration.ofSeconds(10)).until(() -> server.httpsPort() == 0);
    send("PUT", "/api/v1/settings/access", "{\"https\":\"optional\"}", "Cookie", cookie);
    awaitTls();
    assertThat(secure("GET", "/api/v1/status", "").statusCode()).isEqualTo(200);
  }

  private Path keyAndCertificate(String... key) throws Exception {
    Path dir = Files.createDirectories(state.resolve("brought"));
    String[] command = {
      "openssl",
      "req",
      "-x509",
      "-nodes",
      "-days",
      "30",
      "-subj",
      "/CN=brought",
      "-keyout",
      dir.resolve("key").toString(),
      "-out",
      dir.resolve("certificate").toString()
    };
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.command().addAll(java.util.List.of(key));
    Process process = builder.redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return dir;
  }

  @Test
  void a_certificate_can_be_brought_and_taken_away_again() throws Exception {
    String cookie = login(STICKER);
    for (String kind : new String[] {"ec", "rsa"}) {
      Path dir =
          kind.equals("ec")
              ? keyAndCertificate("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
              : keyAndCertificate("-newkey", "rsa:2048");
      String body =
          JSON.writeValueAsString(
              Map.of(
                  "certificate", Files.readString(dir.resolve("certificate")),
                  "key", Files.readString(dir.resolve("key"))));
      HttpResponse<String> answer = send("PUT", "/api/v1/certificate", body, "Cookie", cookie);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(json(answer).path("self_made").asBoolean()).isFalse();
      assertThat(answer.body()).doesNotContain("PRIVATE");
      assertThat(served().getSubjectX500Principal().getName()).isEqualTo("CN=brought");
    }
    server.close();
    server = serverOn(0, -1);
    server.start();
    awaitTls();
    assertThat(served().getSubjectX500Principal().getName()).isEqualTo("CN=brought");
    JsonNode back = json(send("DELETE", "/api/v1/certificate", "", "Cookie", login(STICKER)));
    assertThat(back.path("self_made").asBoolean()).isTrue();
    assertThat(served().getSubjectX500Principal().getName()).isEqualTo("CN=energy-dongle.local");
  }

  @Test
  void a_certificate_that_cannot_work_is_refused_with_what_to_do() throws Exception {
    String cookie = login(STICKER);
    Path dir = keyAndCertificate("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    String certificate = Files.readString(dir.resolve("certificate"));
    keyAndCertificate("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    String otherKey = Files.readString(dir.resolve("key"));
    assertRefused(cookie, certificate, otherKey, "do not belong together");
    assertRefused(cookie, "hello", otherKey, "BEGIN CERTIFICATE");
    assertRefused(cookie, certificate, "hello", "BEGIN PRIVATE KEY");
    assertRefused(
        cookie, certificate, "-----BEGIN EC PRIVATE KEY-----\n", "openssl pkcs8 -topk8 -nocrypt");
    assertRefused(
        cookie,
        certificate,
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "must be an EC, RSA or Ed25519 key");
    keyAndCertificate("-newkey", "ed25519");
    assertRefused(
        cookie,
        Files.readString(dir.resolve("certificate")),
        Files.readString(dir.resolve("key")),
        "must have an EC or RSA key");
    keyAndCertificate(
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-addext",
        "extendedKeyUsage=clientAuth");
    assertRefused(
        cookie,
        Files.readString(dir.resolve("certificate")),
        Files.readString(dir.resolve("key")),
        "must be made for servers");
    assertThat(served().getSubjectX500Principal().getName()).isEqualTo("CN=energy-dongle.local");
  }

  @Test
  void a_reset_ends_sessions_and_forgets_the_certificate_that_was_brought() throws Exception {
    String cookie = login(STICKER);
    Path dir = keyAndCertificate("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    String body =
        JSON.writeValueAsString(
            Map.of(
                "certificate", Files.readString(dir.resolve("certificate")),
                "key", Files.readString(dir.resolve("key"))));
    assertThat(send("PUT", "/api/v1/certificate", body, "Cookie", cookie).statusCode())
        .isEqualTo(200);
    server.reset();
    assertThat(Files.exists(state.resolve("https.pem"))).isFalse();
    assertThat(served().getSubjectX500Principal().getName()).isEqualTo("CN=energy-dongle.local");
    assertThat(code(send("GET", "/api/v1/settings/modbus", "", "Cookie", cookie)))
        .isEqualTo("401 login-required");
  }

  private void assertRefused(String cookie, String certificate, String key, String why)
      throws Exception {
    String body = JSON.writeValueAsString(Map.of("certificate", certificate, "key", key));
    HttpResponse<String> answer = send("PUT", "/api/v1/certificate", body, "Cookie", cookie);
    assertThat(answer.statusCode()).as(why).isEqualTo(422);
    assertThat(answer.body()).contains(why);
  }

  /** Only for looking at what is served. */
  private static final class TrustEverybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
