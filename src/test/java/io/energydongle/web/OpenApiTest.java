// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.energydongle.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The description of the interface says what is really there. */
class OpenApiTest extends RunningWebServer {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

  private JsonNode description() throws Exception {
    return new YAMLMapper().readTree(send("GET", "/openapi.yaml", "").body());
  }

  @Test
  void it_names_every_route_and_no_other() throws Exception {
    Set<String> described = new TreeSet<>();
    description()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (METHODS.contains(method)) {
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    Set<String> served =
        server.routes().stream()
            .filter(route -> route.contains(" /api/") || route.endsWith(" /metrics"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(described).isEqualTo(served);
  }

  @Test
  void it_names_every_section_and_action() throws Exception {
    JsonNode root = description();
    assertThat(words(root.at("/components/parameters/section/schema/enum")))
        .isEqualTo(Settings.SECTIONS);
    List<String> actions = new ArrayList<>();
    for (Surroundings.Action action : Surroundings.Action.values()) {
      actions.add(action.code());
    }
    assertThat(words(root.at("/paths/~1api~1v1~1actions~1{action}/parameters/0/schema/enum")))
        .isEqualTo(actions);
  }

  private static List<String> words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.asText()));
    return words;
  }

  @Test
  void every_operation_has_a_summary_and_every_reference_leads_somewhere() throws Exception {
    JsonNode root = description();
    root.path("paths")
        .forEach(
            path ->
                path.properties()
                    .forEach(
                        entry -> {
                          if (METHODS.contains(entry.getKey())) {
                            assertThat(entry.getValue().path("summary").asText()).isNotEmpty();
                            assertThat(entry.getValue().path("responses").size()).isPositive();
                          }
                        }));
    for (String reference : root.findValuesAsText("$ref")) {
      assertThat(root.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }
}
