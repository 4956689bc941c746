// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static io.energydongle.web.WebServer.API;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.web.Surroundings.Register;
import io.energydongle.web.Surroundings.Template;
import io.energydongle.web.Surroundings.TemplateRefusedException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Register maps: what there is, what they would show now, and those of the user. */
final class TemplateRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(TemplateRoutes.class);
  private static final String ONE = API + "/modbus/templates/{id}";

  private final Guard guard;
  private final Bodies bodies;
  private final Surroundings surroundings;

  TemplateRoutes(Guard guard, Bodies bodies, Surroundings surroundings) {
    this.guard = guard;
    this.bodies = bodies;
    this.surroundings = surroundings;
  }

  void addTo(RoutesConfig routes) {
    routes.get(API + "/modbus/templates", this::list);
    routes.post(API + "/modbus/templates", this::bring);
    routes.get(ONE, this::file);
    routes.delete(ONE, this::delete);
    routes.get(API + "/modbus/preview", this::preview);
  }

  private void list(Context request) throws ApiException {
    guard.requireReader(request);
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode list = root.putArray("templates");
    surroundings.templates().forEach(template -> fill(list.addObject(), template));
    Answers.json(request, root);
  }

  private static ObjectNode fill(ObjectNode node, Template template) {
    node.put("id", template.id()).put("title", template.title()).put("help", template.help());
    node.put("source", template.source()).put("word_order", template.wordOrder());
    node.put("own", template.own());
    ArrayNode fits = node.putArray("fits");
    template.fits().forEach(fits::add);
    return node;
  }

  private void bring(Context request) throws ApiException, IOException {
    guard.requireConfig(request);
    String toml = Answers.text(bodies.read(request), "toml");
    try {
      Template brought = surroundings.bringTemplate(toml);
      LOG.info("register map {} was brought", brought.id());
      Answers.json(request, fill(JsonNodeFactory.instance.objectNode(), brought));
    } catch (TemplateRefusedException e) {
      throw Answers.invalid("toml", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw notKept(e);
    }
  }

  private void file(Context request) throws ApiException, IOException {
    guard.requireReader(request);
    String id = request.pathParam("id");
    String text = surroundings.templateText(id).orElseThrow(TemplateRoutes::unknown);
    Answers.attachment(request, "application/toml; charset=utf-8", id + ".toml");
    request.result(text);
  }

  private void delete(Context request) throws ApiException {
    guard.requireConfig(request);
    String id = request.pathParam("id");
    try {
      if (!surroundings.deleteTemplate(id)) {
        throw unknown();
      }
    } catch (TemplateRefusedException e) {
      throw new ApiException(409, "in-use", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw notKept(e);
    }
    LOG.info("register map {} was deleted", id);
    request.status(204);
  }

  private static ApiException unknown() {
    return new ApiException(404, "unknown-template", "There is no register map with that id.");
  }

  private static ApiException notKept(IOException e) {
    LOG.error("register map: {}", e.toString());
    return new ApiException(
        507,
        "not-saved",
        "The register map could not be saved ("
            + e.getMessage()
            + "). Check that the disk is neither full nor read-only.");
  }

  private void preview(Context request) throws ApiException {
    guard.requireReader(request);
    String id = Optional.ofNullable(request.queryParam("template")).orElse("");
    List<String> ids = surroundings.templates().stream().map(Template::id).toList();
    if (!ids.contains(id)) {
      throw Answers.invalid("template", "must be one of " + String.join(", ", ids));
    }
    List<Register> registers =
        surroundings
            .preview(id)
            .orElseThrow(
                () -> new ApiException(503, "no-telegram", "No telegram has arrived yet."));
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("template", id);
    StatusJson.registers(root.putArray("registers"), registers);
    Answers.json(request, root);
  }
}
