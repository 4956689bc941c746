// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.soak.Trouble.Loss;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Does what the page does: opens it, asks for the reading, and listens to the stream; each on a
 * thread of its own.
 */
final class Browser implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int TIMEOUT_MILLIS = 12_000;

  private interface Visit {
    void make() throws IOException, InterruptedException;
  }

  private final Site site;
  private final SplittableRandom random;
  private final Thread asking;
  private final Thread listening;
  private volatile boolean closed;
  private int visits;

  Browser(Site site, SplittableRandom random) {
    this.site = site;
    this.random = random;
    asking = begin("browser", this::ask);
    listening = begin("stream", this::listen);
  }

  private Thread begin(String name, Visit visit) {
    Thread thread = new Thread(() -> repeat(name, visit), name + " " + site.name());
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void repeat(String name, Visit visit) {
    long wellNanos = System.nanoTime();
    try {
      while (!closed) {
        try {
          visit.make();
          wellNanos = System.nanoTime();
        } catch (IOException e) {
          boolean quiet =
              site.trouble.noneSince(Loss.VALUES, wellNanos)
                  && site.trouble.noneSince(Loss.NEWCOMERS, wellNanos);
          if (!quiet) {
            wellNanos = System.nanoTime();
          } else if (System.nanoTime() - wellNanos > PATIENCE.toNanos() && !closed) {
            site.wrong(name, "expected an answer within 20 s, came " + e);
            wellNanos = System.nanoTime();
          }
        } catch (RuntimeException e) {
          site.wrong(name, "an answer that cannot be understood: " + e);
        }
        Thread.sleep(300 + random.nextInt(300));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpURLConnection open(String path) throws IOException {
    String address = "http://127.0.0.1:" + site.service.httpPort() + path;
    HttpURLConnection http = (HttpURLConnection) URI.create(address).toURL().openConnection();
    http.setConnectTimeout(2_000);
    http.setReadTimeout(TIMEOUT_MILLIS);
    return http;
  }

  private void ask() throws IOException {
    visits++;
    if (visits % 10 == 0) {
      load(visits % 20 == 0 ? "/" : "/api/v1/status");
      return;
    }
    HttpURLConnection http = open("/api/v1/reading");
    long asked = System.nanoTime();
    int status = http.getResponseCode();
    if (status != 200) {
      String said;
      try (InputStream in = http.getErrorStream()) {
        said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
      if (status == 503 && said.contains("no-telegram")) {
        site.refused("GET /reading", asked, System.nanoTime());
      } else {
        site.wrong("GET /reading", "expected status 200, came " + status + " " + said);
      }
      return;
    }
    try (InputStream in = http.getInputStream()) {
      JsonNode reading = JSON.readTree(in.readAllBytes());
      long answered = System.nanoTime();
      double age = reading.path("age_s").asDouble(-1);
      boolean stale = reading.path("stale").asBoolean();
      site.dated("GET /reading", Said.ofReading(reading), age, stale, asked, answered);
    }
  }

  private void load(String path) throws IOException {
    HttpURLConnection http = open(path);
    if (http.getResponseCode() != 200) {
      site.wrong("GET " + path, "expected status 200, came " + http.getResponseCode());
      return;
    }
    try (InputStream in = http.getInputStream()) {
      in.readAllBytes();
    }
    site.report.answers.incrementAndGet();
  }

  private void listen() throws IOException {
    HttpURLConnection http = open("/api/v1/stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(http.getInputStream(), StandardCharsets.UTF_8))) {
      String event = "";
      for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
        if (line.startsWith("event:")) {
          event = line.substring(6).strip();
        } else if (line.startsWith("data:") && event.equals("reading")) {
          JsonNode reading = JSON.readTree(line.substring(5));
          site.published("stream", Said.ofReading(reading), site.seenByBrowser);
        }
      }
    } finally {
      http.disconnect();
    }
  }

  @Override
  public void close() {
    closed = true;
    asking.interrupt();
    listening.interrupt();
  }
}
