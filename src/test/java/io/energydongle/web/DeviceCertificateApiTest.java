// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.testkit.Commands;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Renewing the certificate for brokers through the API, with certificates that openssl makes. */
class DeviceCertificateApiTest extends RunningWebServer {

  private static final String PATH = "/api/v1/mqtt/certificate";

  private Path becomeADevice() throws Exception {
    time = Instant.now().plusSeconds(60);
    Path folder = Files.createDirectories(state.resolve("identity"));
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes");
    return folder;
  }

  private void openssl(String... words) throws Exception {
    Path folder = state.resolve("identity");
    String[] all = new String[words.length + 7];
    all[0] = "openssl";
    System.arraycopy(words, 0, all, 1, words.length);
    String[] files = {
      "-subj", "/CN=EDTEST23", "-keyout", folder + "/device.key", "-out", folder + "/device.crt"
    };
    System.arraycopy(files, 0, all, words.length + 1, files.length);
    Commands.Result result = Commands.run(all);
    assertThat(result.status()).as(result.err()).isZero();
  }

  @Test
  void a_request_is_made_signed_and_brought_and_the_key_stays() throws Exception {
    Path folder = becomeADevice();
    assertThat(code(send("GET", PATH, ""))).isEqualTo("401 login-required");
    String cookie = login(STICKER);
    JsonNode before = json(send("GET", PATH, "", "Cookie", cookie));
    assertThat(before.path("serial").asText()).isEqualTo("EDTEST23");
    assertThat(before.path("in_use").path("subject").asText()).isEqualTo("CN=EDTEST23");
    assertThat(before.path("requested").asBoolean()).isFalse();

    HttpResponse<String> made = send("POST", PATH + "/request", "{}", "Cookie", cookie);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(made.body()).doesNotContain("PRIVATE");
    Path request = Files.writeString(state.resolve("r"), json(made).path("request").asText());
    Path signed = state.resolve("signed");
    Commands.Result result =
        Commands.run(
            "openssl",
            "x509",
            "-req",
            "-in",
            request.toString(),
            "-days",
            "90",
            "-CA",
            folder + "/device.crt",
            "-CAkey",
            folder + "/device.key",
            "-CAcreateserial",
            "-out",
            signed.toString());
    assertThat(result.status()).as(result.err()).isZero();

    HttpResponse<String> wrong =
        send("PUT", PATH, "{\"certificate\":\"nonsense\"}", "Cookie", cookie);
    assertThat(code(wrong)).isEqualTo("422 invalid");
    assertThat(json(wrong).at("/error/field").asText()).isEqualTo("certificate");
    String body = JSON.writeValueAsString(Map.of("certificate", Files.readString(signed)));
    HttpResponse<String> brought = send("PUT", PATH, body, "Cookie", cookie);
    assertThat(brought.statusCode()).as(brought.body()).isEqualTo(200);
    assertThat(json(brought).path("waiting").path("issuer").asText()).isEqualTo("CN=EDTEST23");
    assertThat(json(brought).path("waiting").path("sha256"))
        .isNotEqualTo(before.path("in_use").path("sha256"));
    assertThat(json(brought).path("requested").asBoolean()).isFalse();
    assertThat(asked).containsExactly("certificate");
  }

  @Test
  void a_request_can_be_cancelled_and_a_device_without_identity_says_so() throws Exception {
    String cookie = login(STICKER);
    assertThat(code(send("GET", PATH, "", "Cookie", cookie))).isEqualTo("503 no-identity");
    becomeADevice();
    send("POST", PATH + "/request", "{}", "Cookie", cookie);
    assertThat(json(send("GET", PATH, "", "Cookie", cookie)).path("requested").asBoolean())
        .isTrue();
    HttpResponse<String> gone = send("DELETE", PATH + "/request", "", "Cookie", cookie);
    assertThat(gone.statusCode()).isEqualTo(204);
    assertThat(json(send("GET", PATH, "", "Cookie", cookie)).path("requested").asBoolean())
        .isFalse();
  }
}
