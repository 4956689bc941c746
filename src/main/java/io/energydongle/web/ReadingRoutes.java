// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static io.energydongle.web.WebServer.API;

import io.energydongle.config.SettingsStore;
import io.energydongle.history.History;
import io.energydongle.history.HistoryCsv;
import io.energydongle.history.HistoryJson;
import io.energydongle.history.Resolution;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MonotonicClock;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that only shows: readings, state, register maps, figures. */
final class ReadingRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(ReadingRoutes.class);

  /** Listeners to the stream at a time. */
  static final int STREAMS_MAX = 10;

  /** Questions about the past at a time; one needs some megabytes. */
  static final int QUERIES_MAX = 2;

  private static final long QUERY_WAIT_MILLIS = 4_000;
  private static final long STREAM_COMMENT_MILLIS = 10_000;

  private final Guard guard;
  private final SettingsStore settings;
  private final Surroundings surroundings;
  private final LiveReading live;
  private final RecentPower recent;
  private final History history;
  private final StatusJson status;
  private final MonotonicClock clock;
  private final Semaphore queries = new Semaphore(QUERIES_MAX, true);
  private final Semaphore streams = new Semaphore(STREAMS_MAX);
  private volatile boolean closing;

  ReadingRoutes(
      Guard guard,
      SettingsStore settings,
      Surroundings surroundings,
      LiveReading live,
      RecentPower recent,
      History history,
      StatusJson status,
      MonotonicClock clock) {
    this.guard = guard;
    this.settings = settings;
    this.surroundings = surroundings;
    this.live = live;
    this.recent = recent;
    this.history = history;
    this.status = status;
    this.clock = clock;
  }

  void addTo(RoutesConfig routes) {
    routes.get(API + "/reading", this::reading);
    routes.get(API + "/telegram", this::telegram);
    routes.get(API + "/history", this::history);
    routes.get(API + "/history.csv", this::historyCsv);
    routes.get(API + "/stream", this::stream);
    routes.get(API + "/status", this::status);
    routes.get("/metrics", this::metrics);
  }

  /** Lets those who listen go. */
  void close() {
    closing = true;
  }

  private void reading(Context request) throws ApiException {
    guard.requireReader(request);
    request
        .contentType("application/json")
        .result(live.json().orElseThrow(ReadingRoutes::noTelegram));
  }

  private static ApiException noTelegram() {
    return new ApiException(503, "no-telegram", "No telegram has arrived yet.");
  }

  private void telegram(Context request) throws ApiException {
    guard.requireReader(request);
    MeterSnapshot snapshot = live.snapshot().orElseThrow(ReadingRoutes::noTelegram);
    request.contentType("text/plain; charset=iso-8859-1").result(snapshot.raw().toByteArray());
  }

  private void history(Context request) throws ApiException, IOException {
    guard.requireReader(request);
    request.contentType("application/json");
    if (request.queryParam("resolution") == null) {
      request.result(recent.json(surroundings.now().getEpochSecond()));
      return;
    }
    Resolution resolution = resolution(request);
    long from = second(request, "from", 0);
    long to = upTo(request);
    query(request, out -> HistoryJson.write(out, history, resolution, from, to));
  }

  private void historyCsv(Context request) throws ApiException, IOException {
    guard.requireReader(request);
    Resolution resolution = resolution(request);
    long from = second(request, "from", 0);
    long to = upTo(request);
    Answers.attachment(
        request, "text/csv; charset=utf-8", "energy-dongle-" + resolution.code() + ".csv");
    query(request, out -> HistoryCsv.write(out, history, resolution, from, to));
  }

  /** Writes an answer of any length. */
  private interface Query {
    void write(Writer out) throws IOException;
  }

  /** Never as a whole in memory, and not many at a time: thirteen months are some megabytes. */
  private void query(Context request, Query query) throws ApiException, IOException {
    try {
      if (!queries.tryAcquire(QUERY_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new ApiException(503, "busy", "Others ask for the past already; try again.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(503, "busy", "The device is about to stop.");
    }
    try {
      Writer out =
          new BufferedWriter(
              new OutputStreamWriter(request.outputStream(), StandardCharsets.US_ASCII));
      query.write(out);
      out.flush();
    } finally {
      queries.release();
    }
  }

  private static Resolution resolution(Context request) throws ApiException {
    String code = Optional.ofNullable(request.queryParam("resolution")).orElse("");
    return Resolution.ofCode(code)
        .orElseThrow(() -> Answers.invalid("resolution", "must be one of minute, quarter"));
  }

  private static long upTo(Context request) throws ApiException {
    return second(request, "to", Long.MAX_VALUE / 2);
  }

  private static long second(Context request, String name, long fallback) throws ApiException {
    String text = request.queryParam(name);
    if (text == null) {
      return fallback;
    }
    if (!text.matches("[0-9]{1,11}")) {
      throw Answers.invalid(name, "must be seconds since 1970");
    }
    return Long.parseLong(text);
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
    List<String> lastProblems = List.of();
    boolean first = true;
    while (!closing && mayStillListen(request)) {
      List<String> problems = status.problems();
      if (first || !problems.equals(lastProblems)) {
        byte[] json = status.of(guard.isAdmin(request)).toString().getBytes(StandardCharsets.UTF_8);
        event(out, "status", json);
        out.flush();
        lastProblems = problems;
        first = false;
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

  /** Readings may be closed, and sessions and tokens end, while somebody listens. */
  private boolean mayStillListen(Context request) {
    try {
      guard.requireReader(request);
      return true;
    } catch (ApiException e) {
      return false;
    }
  }

  private static void event(OutputStream out, String name, byte[] data) throws IOException {
    out.write(("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
    out.write(data);
    out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
  }

  private void status(Context request) throws ApiException {
    guard.requireReader(request);
    Answers.json(request, status.of(guard.isAdmin(request)));
  }

  private void metrics(Context request) throws ApiException {
    guard.requireReader(request);
    if (!settings.current().outputs().metrics()) {
      throw new ApiException(404, "switched-off", "This is switched off under Settings, Outputs.");
    }
    request
        .contentType("text/plain; version=0.0.4; charset=utf-8")
        .result(Metrics.of(surroundings, live.snapshot(), clock.nanos()));
  }
}
