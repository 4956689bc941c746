// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.config.BoardConfig;
import io.energydongle.config.SettingsStore;
import io.energydongle.history.History;
import io.energydongle.identity.IdentityException;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MonotonicClock;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
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

  /** Where the routes of the API begin. */
  static final String API = "/api/v1";

  private static final int CONNECTIONS_MAX = 48;

  /** Those that may wait for somebody slow, and some that never do. */
  private static final int THREADS_MAX =
      ReadingRoutes.STREAMS_MAX + Bodies.ARRIVING_MAX + ReadingRoutes.QUERIES_MAX + 11;

  private static final int IDLE_MILLIS_MAX = 15_000;
  private static final int HEADER_BYTES_MAX = 8 * 1024;

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

  private final BoardConfig.Http where;
  private final ConnectionLimit limit = new ConnectionLimit(CONNECTIONS_MAX);
  private final LiveReading live;
  private final RecentPower recent = new RecentPower();
  private final Https https;
  private final Guard guard;
  private final ReadingRoutes readings;
  private final SettingsRoutes sections;
  private final AccessRoutes access;
  private final TemplateRoutes templates;
  private final DeviceCertificateRoutes deviceCertificates;
  private final NetworkRoutes network;
  private final UpdateRoutes updates;
  private final SupportRoutes support;
  private final HttpConfiguration plain = new HttpConfiguration();
  private volatile @Nullable Javalin javalin;
  private final AtomicLong turns = new AtomicLong();
  private final AtomicBoolean turnAsked = new AtomicBoolean();

  /**
   * A server that does not listen yet.
   *
   * @param where addresses and ports; port 0 takes any free one, an HTTPS port of 0 means no HTTPS.
   * @param stateDir where keys and certificates are kept.
   */
  public WebServer(
      BoardConfig.Http where,
      Path stateDir,
      SettingsStore settings,
      History history,
      Surroundings surroundings,
      MonotonicClock clock) {
    this.where = where;
    live = new LiveReading(clock);
    https = new Https(where.address(), where.httpsPort(), stateDir, limit);
    Tokens tokens = new Tokens(settings);
    Bodies bodies = new Bodies(clock);
    guard = new Guard(settings, surroundings, tokens, https, clock);
    StatusJson status = new StatusJson(surroundings, settings, https);
    readings =
        new ReadingRoutes(guard, settings, surroundings, live, recent, history, status, clock);
    sections = new SettingsRoutes(guard, bodies, settings, https, surroundings);
    access = new AccessRoutes(guard, bodies, tokens, https, surroundings);
    templates = new TemplateRoutes(guard, bodies, surroundings);
    deviceCertificates = new DeviceCertificateRoutes(guard, bodies, surroundings);
    updates = new UpdateRoutes(guard, bodies, surroundings);
    network = new NetworkRoutes(guard, bodies, settings, surroundings);
    support =
        new SupportRoutes(
            guard,
            surroundings,
            new Diagnostics(surroundings, settings, history, status, live, clock));
    https.use(settings.current().access().https());
    settings.addListener(changed -> https.use(changed.access().https()));
  }

  /**
   * Listens. May be called again after it has failed.
   *
   * @throws RuntimeException when the port is taken or may not be used.
   */
  public void start() {
    // One that has failed to start cannot be started again.
    Javalin started = Javalin.create(this::configure);
    try {
      started.start();
    } catch (RuntimeException e) {
      started.stop();
      throw e;
    }
    javalin = started;
    LOG.info("web page on http://{}:{}", where.address(), started.port());
    // Making a certificate takes seconds on a small board, and nothing waits for it.
    Thread tls = new Thread(() -> https.attach(started.jettyServer().server(), plain), "https");
    tls.setDaemon(true);
    tls.start();
  }

  /** Port it listens on; 0 while it does not. */
  public int port() {
    Javalin running = javalin;
    return running == null ? 0 : running.port();
  }

  /** Port on which it speaks TLS; 0 while it does not. */
  public int httpsPort() {
    return https.port().orElse(0);
  }

  /**
   * Asks its threads for one more sign of life, and says how many there were. A server that does
   * not listen has nothing that could stand still. For the watchdog.
   */
  public long turns() {
    Javalin running = javalin;
    if (running == null) {
      return turns.incrementAndGet();
    }
    if (turnAsked.compareAndSet(false, true)) {
      try {
        running.jettyServer().threadPool().execute(this::turn);
      } catch (RejectedExecutionException e) {
        turnAsked.set(false);
      }
    }
    return turns.get();
  }

  private void turn() {
    turnAsked.set(false);
    turns.incrementAndGet();
  }

  /** Method and path of every route; for the test that holds the description against them. */
  Set<String> routes() {
    Javalin running = javalin;
    if (running == null) {
      return Set.of();
    }
    return running.unsafe.internalRouter.allHttpHandlers().stream()
        .map(each -> each.endpoint.method.name() + " " + each.endpoint.path)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Connections that are open. */
  int connections() {
    return limit.open();
  }

  /** Takes the next reading. */
  public void accept(MeterSnapshot snapshot) {
    recent.accept(snapshot);
    live.accept(snapshot);
  }

  /** Forgets what is not in the settings: sessions, certificate of the user, last minutes. */
  public void reset() throws IOException {
    guard.endSessions();
    recent.clear();
    try {
      https.forget();
    } catch (IdentityException e) {
      LOG.error("https: {}", e.toString());
    }
  }

  @Override
  public void close() {
    readings.close();
    Javalin running = javalin;
    if (running != null) {
      running.stop();
    }
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.maxRequestSize = Bodies.BYTES_MAX;
    config.http.defaultContentType = "application/json";
    config.http.prefer405over404 = true;
    QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 2, IDLE_MILLIS_MAX);
    threads.setName("web");
    threads.setReservedThreads(0);
    config.jetty.threadPool = threads;
    config.jetty.addConnector(this::plainConnector);
    config.jetty.modifyServer(
        server -> {
          // It would look every second; connections, threads and bodies have bounds of their own.
          server.getBeans(LowResourceMonitor.class).forEach(server::removeBean);
          server.setErrorHandler(new JsonErrors());
          server.setHandler(new ReadingHandler(guard, live, HEADERS));
        });
    config.jetty.modifyHttpConfiguration(WebServer::limit);
    limit(plain);
    config.routes.before(this::before);
    Answers.addTo(config.routes);
    Pages.addTo(config.routes);
    readings.addTo(config.routes);
    sections.addTo(config.routes);
    access.addTo(config.routes);
    templates.addTo(config.routes);
    deviceCertificates.addTo(config.routes);
    network.addTo(config.routes);
    updates.addTo(config.routes);
    support.addTo(config.routes);
  }

  private Connector plainConnector(Server server, HttpConfiguration http) {
    ServerConnector connector = new PatientConnector(server, new HttpConnectionFactory(http));
    connector.setHost(where.address());
    connector.setPort(where.port());
    connector.addBean(limit);
    return connector;
  }

  private static void limit(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES_MAX);
    http.setIdleTimeout(IDLE_MILLIS_MAX);
  }

  private void before(Context request) throws ApiException {
    HEADERS.forEach(request::header);
    if (request.path().startsWith("/api/")) {
      request.header("Cache-Control", "no-store");
    }
    guard.check(request);
  }
}
