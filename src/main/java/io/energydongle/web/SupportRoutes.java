// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static io.energydongle.web.WebServer.API;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.web.Surroundings.Action;
import io.energydongle.web.Surroundings.ActionFailedException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Actions, log and the diagnostics file. */
final class SupportRoutes {

  private final Guard guard;
  private final Surroundings surroundings;
  private final Diagnostics diagnostics;

  SupportRoutes(Guard guard, Surroundings surroundings, Diagnostics diagnostics) {
    this.guard = guard;
    this.surroundings = surroundings;
    this.diagnostics = diagnostics;
  }

  void addTo(RoutesConfig routes) {
    routes.post(API + "/actions/{action}", this::act);
    routes.get(API + "/log", this::log);
    routes.get(API + "/diagnostics", this::diagnostics);
  }

  private void act(Context request) throws ApiException {
    String code = request.pathParam("action");
    Optional<Action> action =
        Arrays.stream(Action.values()).filter(each -> each.code().equals(code)).findFirst();
    if (action.equals(Optional.of(Action.FACTORY_RESET))) {
      guard.requireAdmin(request);
    } else {
      guard.requireConfig(request);
    }
    if (action.isEmpty()) {
      throw new ApiException(
          404,
          "unknown-action",
          "There is no such action; there are "
              + Arrays.stream(Action.values()).map(Action::code).collect(Collectors.joining(", "))
              + ".");
    }
    Optional<String> refused = surroundings.unavailable(action.get());
    if (refused.isPresent()) {
      throw new ApiException(501, "not-available", refused.get());
    }
    try {
      surroundings.act(action.get());
    } catch (ActionFailedException e) {
      throw new ApiException(500, "action-failed", String.valueOf(e.getMessage()));
    }
    request.status(202);
  }

  private void log(Context request) throws ApiException {
    guard.requireConfig(request);
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode lines = root.putArray("lines");
    surroundings.log().forEach(lines::add);
    Answers.json(request, root);
  }

  private void diagnostics(Context request) throws ApiException, IOException {
    guard.requireConfig(request);
    byte[] zip = diagnostics.zip();
    Answers.attachment(request, "application/zip", "energy-dongle-diagnostics.zip");
    request.result(zip);
  }
}
