// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.testkit.Snapshots;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may see and change what, over real HTTP. */
class AccessApiTest extends RunningWebServer {

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

  private String token(String cookie, String scope) throws Exception {
    HttpResponse<String> made =
        send(
            "POST",
            "/api/v1/tokens",
            "{\"name\":\"evcc\",\"scope\":\"" + scope + "\"}",
            "Cookie",
            cookie);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return "Bearer " + json(made).path("token").asText();
  }

  @Test
  void a_token_does_what_its_scope_allows_and_no_more() throws Exception {
    String cookie = login(STICKER);
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    settings.replace("access", JSON.readTree("{\"reading_open\":false}"));
    String read = token(cookie, "read");
    String config = token(cookie, "config");
    for (String token : List.of(read, config)) {
      assertThat(send("GET", "/api/v1/reading", "", "Authorization", token).statusCode())
          .isEqualTo(200);
      for (String[] admin :
          new String[][] {
            {"GET", "/tokens", ""},
            {"POST", "/tokens", "{\"name\":\"x\",\"scope\":\"config\"}"},
            {"DELETE", "/tokens/00000000", ""},
            {"PUT", "/password", "{\"password\":\"abcdefghijkl\"}"},
            {"GET", "/certificate", ""},
            {"PUT", "/settings/access", "{}"},
            {"PUT", "/backup", "{}"},
            {"POST", "/actions/factory-reset", ""}
          }) {
        assertThat(code(send(admin[0], "/api/v1" + admin[1], admin[2], "Authorization", token)))
            .as(admin[1])
            .isEqualTo("403 scope-too-small");
      }
    }
    assertThat(asked).isEmpty();
    String body = "{\"max_clients\":4}";
    assertThat(code(send("PUT", "/api/v1/settings/modbus", body, "Authorization", read)))
        .isEqualTo("403 scope-too-small");
    assertThat(code(send("GET", "/api/v1/settings/modbus", "", "Authorization", read)))
        .isEqualTo("403 scope-too-small");
    assertThat(code(send("GET", "/api/v1/diagnostics", "", "Authorization", read)))
        .isEqualTo("403 scope-too-small");
    assertThat(send("PUT", "/api/v1/settings/modbus", body, "Authorization", config).statusCode())
        .isEqualTo(200);
    assertThat(send("POST", "/api/v1/actions/identify", "", "Authorization", config).statusCode())
        .isEqualTo(202);
  }

  @Test
  void a_token_is_shown_once_kept_as_a_hash_and_gone_when_revoked() throws Exception {
    String cookie = login(STICKER);
    String token = token(cookie, "config");
    String bare = token.substring("Bearer ".length());
    assertThat(bare).matches("edt_[0-9a-f]{40}");
    JsonNode listed = json(send("GET", "/api/v1/tokens", "", "Cookie", cookie));
    assertThat(listed.at("/tokens/0/name").asText()).isEqualTo("evcc");
    assertThat(listed.toString()).doesNotContain(bare, "hash");
    assertThat(Files.readString(state.resolve("settings.json"))).doesNotContain(bare);
    String id = listed.at("/tokens/0/id").asText();
    assertThat(send("DELETE", "/api/v1/tokens/" + id, "", "Cookie", cookie).statusCode())
        .isEqualTo(204);
    assertThat(code(send("GET", "/api/v1/settings/modbus", "", "Authorization", token)))
        .isEqualTo("401 unknown-token");
    assertThat(code(send("DELETE", "/api/v1/tokens/" + id, "", "Cookie", cookie)))
        .isEqualTo("404 unknown-token");
  }

  @Test
  void a_token_that_is_wrong_is_told_so_even_where_none_is_needed() throws Exception {
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    for (String wrong : List.of("Bearer ", "Bearer edt_00", "Basic YTpi", "x")) {
      assertThat(code(send("GET", "/api/v1/reading", "", "Authorization", wrong)))
          .as(wrong)
          .isEqualTo("401 unknown-token");
    }
  }

  @Test
  void tokens_need_a_name_and_a_scope_and_are_limited_in_number() throws Exception {
    String cookie = login(STICKER);
    HttpResponse<String> wrong =
        send("POST", "/api/v1/tokens", "{\"name\":\" \",\"scope\":\"all\"}", "Cookie", cookie);
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(json(wrong).findValuesAsText("field")).contains("name", "scope");
    for (int i = 0; i < 16; i++) {
      token(cookie, "read");
    }
    assertThat(
            code(
                send(
                    "POST",
                    "/api/v1/tokens",
                    "{\"name\":\"x\",\"scope\":\"read\"}",
                    "Cookie",
                    cookie)))
        .isEqualTo("422 too-many-tokens");
  }

  @Test
  void a_stream_ends_when_reading_is_closed() throws Exception {
    HttpResponse<InputStream> stream =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.port() + "/api/v1/stream"))
                .build(),
            BodyHandlers.ofInputStream());
    settings.replace("access", JSON.readTree("{\"reading_open\":false}"));
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    try (InputStream body = stream.body()) {
      String all = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all).contains("event: status");
    }
  }
}
