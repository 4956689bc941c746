// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Register maps over real HTTP. */
class TemplateApiTest extends RunningWebServer {

  private static final String PATH = "/api/v1/modbus/templates";

  @Test
  void everybody_sees_the_maps_with_whom_they_fit_and_their_files() throws Exception {
    JsonNode first = json(send("GET", PATH, "")).at("/templates/0");
    assertThat(first.path("id").asText()).isEqualTo("empro");
    assertThat(first.path("fits").get(0).asText()).isEqualTo("a car");
    assertThat(first.path("own").asBoolean()).isFalse();
    assertThat(send("GET", PATH + "/empro", "").body()).isEqualTo("id = \"empro\"\n");
    assertThat(code(send("GET", PATH + "/nothing", ""))).isEqualTo("404 unknown-template");
  }

  @Test
  void a_map_of_ones_own_needs_a_login_and_a_file_without_problems() throws Exception {
    String body = "{\"toml\":\"id = 1\"}";
    assertThat(code(send("POST", PATH, body))).isEqualTo("401 login-required");
    String cookie = login(STICKER);
    HttpResponse<String> brought = send("POST", PATH, body, "Cookie", cookie);
    assertThat(brought.statusCode()).as(brought.body()).isEqualTo(200);
    assertThat(json(brought).path("own").asBoolean()).isTrue();
    HttpResponse<String> wrong = send("POST", PATH, "{\"toml\":\"what\"}", "Cookie", cookie);
    assertThat(code(wrong)).isEqualTo("422 invalid");
    assertThat(json(wrong).at("/error/message").asText()).isEqualTo("line 1: wrong");
    assertThat(asked).containsExactly("bring");
  }

  @Test
  void only_maps_of_ones_own_that_nobody_uses_can_be_deleted() throws Exception {
    assertThat(code(send("DELETE", PATH + "/mine", ""))).isEqualTo("401 login-required");
    String cookie = login(STICKER);
    assertThat(send("DELETE", PATH + "/mine", "", "Cookie", cookie).statusCode()).isEqualTo(204);
    assertThat(code(send("DELETE", PATH + "/empro", "", "Cookie", cookie)))
        .isEqualTo("404 unknown-template");
    assertThat(code(send("DELETE", PATH + "/used", "", "Cookie", cookie))).isEqualTo("409 in-use");
  }
}
