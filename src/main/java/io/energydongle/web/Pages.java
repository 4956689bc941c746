// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** The files of the page; all of them come out of the JAR, and none but those named here. */
final class Pages {

  private static final Map<String, String> FILES =
      Map.of(
          "/", "index.html",
          "/config", "index.html",
          "/app.js", "app.js",
          "/texts.js", "texts.js",
          "/style.css", "style.css",
          "/icon.svg", "icon.svg",
          "/openapi.yaml", "openapi.yaml");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "yaml", "application/yaml");

  private Pages() {}

  /** Adds a route for each file. */
  static void addTo(RoutesConfig routes) {
    FILES.forEach((path, file) -> routes.get(path, request -> answer(request, file)));
  }

  private static void answer(Context request, String file) throws IOException {
    try (InputStream in = Pages.class.getResourceAsStream("/web/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the JAR lacks web/" + file);
      }
      request.contentType(TYPES.get(file.substring(file.lastIndexOf('.') + 1)));
      request.header("Cache-Control", "no-cache");
      request.result(in.readAllBytes());
    }
  }
}
