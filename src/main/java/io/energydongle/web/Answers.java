// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How bodies are read and errors are written, the same for every route. */
final class Answers {

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** Largest body of a request. */
  static final int BODY_BYTES_MAX = 64 * 1024;

  /** A body that trickles in holds a thread; this many may, and the others stay free. */
  private static final Semaphore READING = new Semaphore(6);

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private Answers() {}

  /** Turns every exception into an answer. */
  static void addTo(RoutesConfig routes) {
    routes.exception(ApiException.class, Answers::error);
    routes.exception(ConfigException.class, Answers::problems);
    routes.exception(NotSavedException.class, Answers::notSaved);
    routes.exception(ContentTooLargeResponse.class, (e, request) -> tooLarge(request));
    routes.exception(HttpResponseException.class, Answers::other);
    routes.exception(Exception.class, Answers::fault);
  }

  /** The body, which must be one JSON object. */
  static ObjectNode body(Context request) throws ApiException {
    if (!READING.tryAcquire()) {
      throw new ApiException(503, "busy", "Too many requests are still arriving; try again.");
    }
    try {
      if (JSON.readTree(request.bodyAsBytes()) instanceof ObjectNode body) {
        return body;
      }
    } catch (JsonProcessingException e) {
      LOG.debug("body: {}", e.getOriginalMessage());
    } catch (IOException e) {
      throw new ApiException(400, "incomplete-body", "The body did not arrive as a whole.");
    } finally {
      READING.release();
    }
    throw new ApiException(400, "malformed-json", "The body must be one JSON object.");
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

  private static void tooLarge(Context request) {
    error(
        new ApiException(
            413, "body-too-large", "The body must not exceed " + BODY_BYTES_MAX + " bytes."),
        request);
  }

  private static void other(HttpResponseException e, Context request) {
    if (e.getStatus() == 413) {
      tooLarge(request);
      return;
    }
    String code = e.getStatus() == 404 ? "not-found" : "refused";
    String message = e.getStatus() == 404 ? "There is nothing here." : "This cannot be done.";
    error(new ApiException(e.getStatus(), code, message), request);
  }

  private static void fault(Exception e, Context request) {
    LOG.error("{} {}", request.method(), request.path(), e);
    error(new ApiException(500, "fault", "Something failed; see the log."), request);
  }
}
