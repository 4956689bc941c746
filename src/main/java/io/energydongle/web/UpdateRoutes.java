// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static io.energydongle.web.WebServer.API;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.update.Installation;
import io.energydongle.update.Refusal;
import io.energydongle.update.UpdateJson;
import io.energydongle.update.Version;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** New releases: sent as a file, fetched from an address, and the way back. */
final class UpdateRoutes {

  /** Where a release is sent to: the one body that is no JSON, and larger than all others. */
  static final String FILE = API + "/update/file";

  /** What comes before the archive, with room to spare. */
  private static final long HEAD_BYTES_MAX = 16 * 1024;

  private final Guard guard;
  private final Bodies bodies;
  private final Surroundings surroundings;
  private final Semaphore asking = new Semaphore(1);

  UpdateRoutes(Guard guard, Bodies bodies, Surroundings surroundings) {
    this.guard = guard;
    this.bodies = bodies;
    this.surroundings = surroundings;
  }

  void addTo(RoutesConfig routes) {
    routes.get(API + "/update", this::show);
    routes.put(FILE, this::upload);
    routes.post(API + "/update/fetch", this::fetch);
    routes.post(API + "/update/check", this::check);
    routes.post(API + "/update/go-back", this::goBack);
  }

  private void show(Context request) throws ApiException {
    guard.requireReader(request);
    Answers.json(request, UpdateJson.of(surroundings.updates().status()));
  }

  private void upload(Context request) throws ApiException, IOException {
    guard.requireConfig(request);
    if (request.req().getContentLengthLong() > Installation.ARCHIVE_BYTES_MAX + HEAD_BYTES_MAX) {
      throw new ApiException(
          413,
          "too-large",
          "A release must not exceed " + Installation.ARCHIVE_BYTES_MAX + " bytes.");
    }
    InputStream body = request.req().getInputStream();
    try {
      surroundings.updates().upload(body);
    } catch (Refusal e) {
      // A browser that is still sending would not hear the reason.
      body.skip(Installation.ARCHIVE_BYTES_MAX);
      throw refused(e);
    }
    accepted(request);
  }

  /** With an address what is there, without one what the feed offers. */
  private void fetch(Context request) throws ApiException {
    guard.requireConfig(request);
    ObjectNode body = bodies.read(request);
    try {
      if (body.has("url")) {
        surroundings.updates().fetch(Answers.text(body, "url"), version(body));
      } else {
        surroundings.updates().installAvailable();
      }
    } catch (Refusal e) {
      throw refused(e);
    }
    accepted(request);
  }

  private static Optional<Version> version(ObjectNode body) throws ApiException {
    if (!body.has("version")) {
      return Optional.empty();
    }
    Optional<Version> version = Version.parse(Answers.text(body, "version"));
    if (version.isEmpty()) {
      throw Answers.invalid("version", "must be a version such as 1.4.0");
    }
    return version;
  }

  private void check(Context request) throws ApiException {
    guard.requireConfig(request);
    if (!asking.tryAcquire()) {
      throw new ApiException(503, "busy", "The feed is being asked already; wait some seconds.");
    }
    try {
      surroundings.updates().check();
    } catch (Refusal e) {
      throw refused(e);
    } finally {
      asking.release();
    }
    Answers.json(request, UpdateJson.of(surroundings.updates().status()));
  }

  private void goBack(Context request) throws ApiException {
    guard.requireConfig(request);
    try {
      surroundings.updates().goBack();
    } catch (Refusal e) {
      throw refused(e);
    }
    accepted(request);
  }

  private void accepted(Context request) {
    request.status(202);
    Answers.json(request, UpdateJson.of(surroundings.updates().status()));
  }

  private static ApiException refused(Refusal e) {
    int status =
        switch (e.code()) {
          case "not-available" -> 501;
          case "busy", "nothing-to-go-back-to", "no-feed" -> 409;
          case "too-large" -> 413;
          case "disk-full", "not-saved" -> 507;
          case "not-fetched" -> 502;
          default -> 422;
        };
    return new ApiException(status, e.code(), e.sentence());
  }
}
