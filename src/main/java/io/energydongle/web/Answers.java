// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.ConfigException;
import io.energydongle.config.ConfigProblem;
import io.energydongle.config.SettingsStore.NotSavedException;
import io.energydongle.web.ApiException.Fault;
import io.javalin.config.RoutesConfig;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How bodies are read and errors are written, the same for every route. */
final class Answers {

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /** Turns every exception into an answer. */
  static void addTo(RoutesConfig routes) {
    routes.exception(ApiException.class, Answers::error);
    routes.exception(ConfigException.class, Answers::problems);
    routes.exception(NotSavedException.class, Answers::notSaved);
    routes.exception(ContentTooLargeResponse.class, (e, request) -> error(tooLarge(), request));
    routes.exception(HttpResponseException.class, Answers::other);
    routes.exception(Exception.class, Answers::fault);
  }

  /** A text of the body. */
  static String text(JsonNode body, String key) throws ApiException {
    JsonNode value = body.path(key);
    if (!value.isTextual()) {
      throw new ApiException(
          422, List.of(new Fault("invalid", "must be a text in quotes", key)), 0);
    }
    return value.textValue();
  }

  /** One thing wrong with one field. */
  static ApiException invalid(String field, String message) {
    return new ApiException(422, List.of(new Fault("invalid", message, field)), 0);
  }

  static void json(Context request, JsonNode node) {
    request.contentType("application/json").result(node.toString());
  }

  /** A file that the browser saves instead of showing it. */
  static void attachment(Context request, String type, String name) {
    request.contentType(type);
    request.header("Content-Disposition", "attachment; filename=\"" + name + "\"");
  }

  private static void error(ApiException e, Context request) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    fill(root.putObject("error"), e.faults().get(0));
    if (e.faults().size() > 1) {
      ArrayNode all = root.putArray("errors");
      e.faults().forEach(fault -> fill(all.addObject(), fault));
    }
    if (e.retryAfterSeconds() > 0) {
      request.header("Retry-After", Integer.toString(e.retryAfterSeconds()));
    }
    request.status(e.status());
    request.res().setHeader("Content-Disposition", null);
    json(request, root);
  }

  private static void fill(ObjectNode node, Fault fault) {
    node.put("code", fault.code()).put("message", fault.message());
    if (!fault.field().isEmpty()) {
      node.put("field", fault.field());
    }
  }

  private static void problems(ConfigException e, Context request) {
    error(new ApiException(422, e.problems().stream().map(Answers::fault).toList(), 0), request);
  }

  private static Fault fault(ConfigProblem problem) {
    return new Fault("invalid", problem.message(), problem.key());
  }

  private static void notSaved(NotSavedException e, Context request) {
    error(new ApiException(507, "not-saved", String.valueOf(e.getMessage())), request);
  }

  static ApiException tooLarge() {
    return new ApiException(
        413, "body-too-large", "The body must not exceed " + Bodies.BYTES_MAX + " bytes.");
  }

  private static void other(HttpResponseException e, Context request) {
    if (e.getStatus() == 413) {
      error(tooLarge(), request);
      return;
    }
    ApiException answer =
        switch (e.getStatus()) {
          case 404 -> new ApiException(404, "not-found", "There is nothing here.");
          case 405 ->
              new ApiException(405, "wrong-method", "This is there, but not by this method.");
          default -> new ApiException(e.getStatus(), "refused", "This cannot be done.");
        };
    error(answer, request);
  }

  private static void fault(Exception e, Context request) {
    LOG.error("{} {}", request.method(), request.path(), e);
    error(new ApiException(500, "fault", "Something failed; see the log."), request);
  }
}
