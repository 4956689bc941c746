// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.ConfigException;
import io.energydongle.config.ConfigProblem;
import io.energydongle.config.SecretForm;
import io.energydongle.config.Settings;
import io.energydongle.config.SettingsStore;
import io.energydongle.config.SettingsStore.NotSavedException;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.web.ApiException.Fault;
import io.energydongle.web.Surroundings.Action;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web page and the HTTP API. Everything the page does goes through the API.
 *
 * <p>Source: the outside contract, section 5; {@code platform.md} section 8.
 */
public final class WebServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  private static final String API = "/api/v1";
  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final int STREAMS_MAX = 10;
  private static final int CONNECTIONS_MAX = 48;
  private static final int THREADS_MAX = 8 + STREAMS_MAX;
  private static final long STREAM_COMMENT_MILLIS = 10_000;
  private static final int IDLE_MILLIS_MAX = 15_000;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "X-Frame-Options",
          "DENY");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private final SettingsStore settings;
  private final Surroundings surroundings;
  private final MonotonicClock clock;
  private final LiveReading live;
  private final RecentPower recent = new RecentPower();
  private final Guard guard;
  private final Semaphore streams = new Semaphore(STREAMS_MAX);
  private volatile @Nullable Javalin javalin;
  private volatile boolean closing;

  /** A server that does not listen yet. */
  public WebServer(SettingsStore settings, Surroundings surroundings, MonotonicClock clock) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.clock = clock;
    this.live = new LiveReading(clock);
    this.guard = new Guard(settings, surroundings, clock);
  }

  /**
   * Listens. May be called again after it has failed.
   *
   * @param port any free one for 0.
   * @throws RuntimeException when the port is taken or may not be used.
   */
  public void start(String host, int port) {
    // One that has failed to start cannot be started again.
    Javalin started = Javalin.create(this::configure);
    try {
      started.start(host, port);
    } catch (RuntimeException e) {
      started.stop();
      throw e;
    }
    javalin = started;
    LOG.info("web page on http://{}:{}", host, started.port());
  }

  /** Port it listens on; 0 while it does not. */
  public int port() {
    Javalin running = javalin;
    return running == null ? 0 : running.port();
  }

  /** Takes the next reading. */
  public void accept(MeterSnapshot snapshot) {
    recent.accept(snapshot);
    live.accept(snapshot);
  }

  @Override
  public void close() {
    closing = true;
    Javalin running = javalin;
    if (running != null) {
      running.stop();
    }
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.maxRequestSize = BODY_BYTES_MAX;
    config.http.defaultContentType = "application/json";
    QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 2, IDLE_MILLIS_MAX);
    threads.setName("web");
    threads.setReservedThreads(0);
    config.jetty.threadPool = threads;
    config.jetty.modifyServer(
        server -> server.addBean(new NetworkConnectionLimit(CONNECTIONS_MAX, server)));
    config.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setRequestHeaderSize(8 * 1024);
          http.setIdleTimeout(IDLE_MILLIS_MAX);
        });
    config.routes.before(this::before);
    config.routes.exception(ApiException.class, WebServer::answer);
    config.routes.exception(NotSavedException.class, WebServer::notSaved);
    config.routes.exception(ContentTooLargeResponse.class, (e, request) -> tooLarge(request));
    config.routes.exception(HttpResponseException.class, WebServer::other);
    config.routes.exception(Exception.class, WebServer::fault);
    Pages.addTo(config.routes);
    config.routes.get(API + "/reading", this::reading);
    config.routes.get(API + "/telegram", this::telegram);
    config.routes.get(API + "/history", this::history);
    config.routes.get(API + "/stream", this::stream);
    config.routes.get(API + "/status", this::status);
    config.routes.post(API + "/login", this::login);
    config.routes.post(API + "/logout", this::logout);
    config.routes.put(API + "/password", this::password);
    config.routes.get(API + "/settings/{section}", this::readSection);
    config.routes.put(API + "/settings/{section}", this::replaceSection);
    config.routes.post(API + "/actions/{action}", this::act);
    config.routes.get("/metrics", this::metrics);
  }

  private void before(Context request) throws ApiException {
    HEADERS.forEach(request::header);
    if (request.path().startsWith("/api/")) {
      request.header("Cache-Control", "no-store");
    }
    guard.check(request);
  }

  private void reading(Context request) throws ApiException {
    guard.requireReader(request);
    request.contentType("application/json").result(newest());
  }

  private byte[] newest() throws ApiException {
    return live.json()
        .orElseThrow(() -> new ApiException(503, "no-telegram", "No telegram has arrived yet."));
  }

  private void telegram(Context request) throws ApiException {
    guard.requireReader(request);
    MeterSnapshot snapshot =
        live.snapshot()
            .orElseThrow(
                () -> new ApiException(503, "no-telegram", "No telegram has arrived yet."));
    request.contentType("text/plain; charset=iso-8859-1").result(snapshot.raw().toByteArray());
  }

  private void history(Context request) throws ApiException {
    guard.requireReader(request);
    request
        .contentType("application/json")
        .result(recent.json(surroundings.now().getEpochSecond()));
  }

  /** Holds a thread per listener, so that a slow one delays nobody; at most ten of them. */
  private void stream(Context request) throws ApiException {
    guard.requireReader(request);
    if (!streams.tryAcquire()) {
      throw new ApiException(503, "too-many-listeners", "Too many listeners; close another page.");
    }
    try {
      HttpServletResponse response = request.res();
      response.setContentType("text/event-stream");
      response.setCharacterEncoding("UTF-8");
      send(response.getOutputStream(), request);
    } catch (IOException e) {
      LOG.debug("a listener left: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      streams.release();
    }
  }

  private void send(OutputStream out, Context request) throws IOException, InterruptedException {
    long sequence = 0;
    String lastProblems = "";
    while (!closing) {
      String problems = StatusJson.problemsOf(surroundings).toString();
      if (!problems.equals(lastProblems)) {
        event(out, "status", statusJson(request).toString().getBytes(StandardCharsets.UTF_8));
        lastProblems = problems;
      }
      long next = live.awaitNewerThan(sequence, STREAM_COMMENT_MILLIS);
      Optional<byte[]> newest = live.json();
      if (next != sequence && newest.isPresent()) {
        event(out, "reading", newest.get());
      } else {
        out.write(": still here\n\n".getBytes(StandardCharsets.US_ASCII));
      }
      sequence = next;
      out.flush();
    }
  }

  private static void event(OutputStream out, String name, byte[] data) throws IOException {
    out.write(("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
    out.write(data);
    out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
  }

  private ObjectNode statusJson(Context request) {
    return StatusJson.of(
        surroundings,
        guard.isAdmin(request),
        settings.current().access().passwordHash().isPresent());
  }

  private void status(Context request) throws ApiException {
    guard.requireReader(request);
    json(request, statusJson(request));
  }

  private void login(Context request) throws ApiException {
    guard.login(request, text(body(request), "password"));
    request.status(204);
  }

  private void logout(Context request) {
    guard.logout(request);
    request.status(204);
  }

  private void password(Context request) throws ApiException, NotSavedException {
    guard.requireAdmin(request);
    guard.changePassword(text(body(request), "password"));
    request.status(204);
  }

  private void readSection(Context request) throws ApiException {
    guard.requireAdmin(request);
    json(request, settings.current().toJson(SecretForm.HIDDEN).path(section(request)));
  }

  private void replaceSection(Context request) throws ApiException, NotSavedException {
    guard.requireAdmin(request);
    String section = section(request);
    JsonNode body = body(request);
    if (section.equals("access") && body.path("password_hash").isTextual()) {
      throw new ApiException(
          422, "invalid", "A password is changed with PUT " + API + "/password.");
    }
    try {
      settings.replace(section, body);
    } catch (ConfigException e) {
      throw new ApiException(422, e.problems().stream().map(WebServer::fault).toList(), 0);
    }
    json(request, settings.current().toJson(SecretForm.HIDDEN).path(section));
  }

  private static Fault fault(ConfigProblem problem) {
    return new Fault("invalid", problem.message(), problem.key());
  }

  private static String section(Context request) throws ApiException {
    String section = request.pathParam("section");
    if (!Settings.SECTIONS.contains(section)) {
      throw new ApiException(
          404,
          "unknown-section",
          "There is no such section; there are " + String.join(", ", Settings.SECTIONS) + ".");
    }
    return section;
  }

  private void act(Context request) throws ApiException {
    guard.requireAdmin(request);
    String word = request.pathParam("action");
    Action action = null;
    for (Action each : Action.values()) {
      if (each.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word)) {
        action = each;
      }
    }
    if (action == null) {
      throw new ApiException(
          404,
          "unknown-action",
          "There is no such action; there are reconnect, restart, reboot, factory-reset and"
              + " identify.");
    }
    Optional<String> refused = surroundings.act(action);
    if (refused.isPresent()) {
      throw new ApiException(501, "not-available", refused.get());
    }
    request.status(202);
  }

  private void metrics(Context request) throws ApiException {
    guard.requireReader(request);
    request
        .contentType("text/plain; version=0.0.4; charset=utf-8")
        .result(Metrics.of(surroundings, live.snapshot(), clock.nanos()));
  }

  private static JsonNode body(Context request) throws ApiException {
    try {
      JsonNode body = JSON.readTree(request.bodyAsBytes());
      if (body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      LOG.debug("body: {}", e.getOriginalMessage());
    } catch (IOException e) {
      throw new ApiException(400, "incomplete-body", "The body did not arrive as a whole.");
    }
    throw new ApiException(400, "malformed-json", "The body must be one JSON object.");
  }

  private static String text(JsonNode body, String key) throws ApiException {
    JsonNode value = body.path(key);
    if (!value.isTextual()) {
      throw new ApiException(
          422, List.of(new Fault("invalid", "must be a text in quotes", key)), 0);
    }
    return value.textValue();
  }

  private static void json(Context request, JsonNode node) {
    request.contentType("application/json").result(node.toString());
  }

  private static void answer(ApiException e, Context request) {
    ObjectNode root = JSON.createObjectNode();
    fill(root.putObject("error"), e.faults().get(0));
    if (e.faults().size() > 1) {
      ArrayNode all = root.putArray("errors");
      e.faults().forEach(fault -> fill(all.addObject(), fault));
    }
    if (e.retryAfterSeconds() > 0) {
      request.header("Retry-After", Integer.toString(e.retryAfterSeconds()));
    }
    request.status(e.status());
    json(request, root);
  }

  private static void fill(ObjectNode node, Fault fault) {
    node.put("code", fault.code()).put("message", fault.message());
    if (!fault.field().isEmpty()) {
      node.put("field", fault.field());
    }
  }

  private static void notSaved(NotSavedException e, Context request) {
    answer(new ApiException(507, "not-saved", String.valueOf(e.getMessage())), request);
  }

  private static void tooLarge(Context request) {
    answer(
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
    answer(new ApiException(e.getStatus(), code, message), request);
  }

  private static void fault(Exception e, Context request) {
    LOG.error("{} {}", request.method(), request.path(), e);
    answer(
        new ApiException(500, List.of(new Fault("fault", "Something failed; see the log.", "")), 0),
        request);
  }
}
