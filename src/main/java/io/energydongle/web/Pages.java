// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The files of the page; all of them come out of the JAR, and none but those named here. A browser
 * asks each time whether a file has changed, and gets it only then.
 */
final class Pages {

  private static final String WEB = "/web/";
  private static final int NOT_MODIFIED = 304;

  /** Where the one library stands that a page loads: the page that reads the API. */
  private static final String YAML_READER =
      "/META-INF/resources/webjars/js-yaml/4.1.0/dist/js-yaml.mjs";

  private static final Map<String, String> PAGES =
      Map.of("/", "index.html", "/config", "index.html", "/api", "api.html");

  private static final List<String> FILES =
      List.of(
          "api.js",
          "api-page.js",
          "app.js",
          "charts.js",
          "diagnose.js",
          "dom.js",
          "i18n.js",
          "live.js",
          "network.js",
          "objects.js",
          "sentences.js",
          "settings.js",
          "setup.js",
          "store.js",
          "system.js",
          "texts.js",
          "update.js",
          "style.css",
          "icon.svg",
          "openapi.yaml");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "yaml", "application/yaml");

  private Pages() {}

  /** Adds a route for each file. */
  static void addTo(RoutesConfig routes) {
    PAGES.forEach((path, file) -> add(routes, path, WEB + file));
    FILES.forEach(file -> add(routes, "/" + file, WEB + file));
    add(routes, "/js-yaml.mjs", YAML_READER);
  }

  private static void add(RoutesConfig routes, String path, String resource) {
    routes.get(path, request -> answer(request, resource));
  }

  private static void answer(Context request, String resource) throws IOException {
    byte[] bytes;
    try (InputStream in = Pages.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the JAR lacks " + resource);
      }
      bytes = in.readAllBytes();
    }
    CRC32 sum = new CRC32();
    sum.update(bytes);
    String tag = "W/\"" + Long.toHexString(sum.getValue()) + "-" + bytes.length + "\"";
    request.header("Cache-Control", "no-cache");
    request.header("ETag", tag);
    if (tag.equals(request.header("If-None-Match"))) {
      request.status(NOT_MODIFIED);
      return;
    }
    request.contentType(TYPES.get(resource.substring(resource.lastIndexOf('.') + 1)));
    request.result(bytes);
  }
}
