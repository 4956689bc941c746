// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real browser with one page, driven through its debugging protocol. Remembers every request and
 * every message on the console.
 */
public final class Chromium implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PHONE_WIDTH_MAX = 600;
  private static final long SETTLE_MILLIS = 300;

  private final int width;
  private final int height;
  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> console = new CopyOnWriteArrayList<>();

  /** Starts a browser of that size with an empty profile in {@code dir}. */
  public Chromium(Path dir, int width, int height) throws Exception {
    this.width = width;
    this.height = height;
    Path profile = dir.resolve("profile-" + width);
    process =
        new ProcessBuilder(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--lang=en",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("chromium.log").toFile())
            .start();
    Path portFile = profile.resolve("DevToolsActivePort");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(portFile) && port(portFile) > 0);
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(pageAddress(port(portFile))), new Listener())
            .get(20, TimeUnit.SECONDS);
    command("Page.enable", JSON.createObjectNode());
    command("Runtime.enable", JSON.createObjectNode());
    command("Network.enable", JSON.createObjectNode());
    command("Log.enable", JSON.createObjectNode());
    size(height);
  }

  private static int port(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.isEmpty() ? 0 : Integer.parseInt(lines.get(0));
  }

  private static String pageAddress(int port) throws Exception {
    String list =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json")).build(),
                BodyHandlers.ofString())
            .body();
    for (JsonNode target : JSON.readTree(list)) {
      if (target.path("type").asText().equals("page")) {
        return target.path("webSocketDebuggerUrl").asText();
      }
    }
    throw new IllegalStateException("the browser has no page: " + list);
  }

  private JsonNode command(String method, ObjectNode parameters) throws Exception {
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    socket.sendText(message.toString(), true).get(20, TimeUnit.SECONDS);
    return answer.get(30, TimeUnit.SECONDS);
  }

  /** Opens an address. */
  public void open(String address) throws Exception {
    command("Page.navigate", JSON.createObjectNode().put("url", address));
    waitFor("document.readyState === 'complete'");
  }

  /** The value of an expression in the page. */
  public JsonNode eval(String expression) throws Exception {
    JsonNode result =
        command(
            "Runtime.evaluate",
            JSON.createObjectNode()
                .put("expression", expression)
                .put("returnByValue", true)
                .put("awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  /** Waits until an expression is true. */
  public void waitFor(String expression) {
    await(expression)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> eval("Boolean(" + expression + ")").asBoolean());
  }

  /** Light or dark, as the system of the user says. */
  public void colours(String scheme) throws Exception {
    ObjectNode parameters = JSON.createObjectNode();
    parameters
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", scheme);
    command("Emulation.setEmulatedMedia", parameters);
  }

  /** Saves what the page shows, all of its length. */
  public void screenshot(Path file) throws Exception {
    // As high as the page, so that what sticks to an edge of the window stands at that edge.
    size(eval("Math.ceil(document.documentElement.scrollHeight)").asInt());
    Thread.sleep(SETTLE_MILLIS);
    JsonNode image =
        command("Page.captureScreenshot", JSON.createObjectNode().put("format", "png"));
    size(height);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(image.path("data").asText()));
  }

  private void size(int pixels) throws Exception {
    command(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", width)
            .put("height", pixels)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < PHONE_WIDTH_MAX));
  }

  /** Addresses that the page asked for. */
  public List<String> requests() {
    return requests;
  }

  /** Errors and warnings on the console. */
  public List<String> console() {
    return console;
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        take(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }

    /** An answer of the API that is no success is none of the console's business. */
    private void log(JsonNode entry) {
      boolean answered =
          entry.path("source").asText().equals("network")
              && entry.path("url").asText().contains("/api/v1/");
      if (!answered) {
        console.add(entry.path("text").asText() + " " + entry.path("url").asText());
      }
    }

    private void take(String message) {
      try {
        JsonNode node = JSON.readTree(message);
        CompletableFuture<JsonNode> answer = answers.remove(node.path("id").asInt(-1));
        if (answer != null) {
          answer.complete(node.path("result"));
        }
        switch (node.path("method").asText()) {
          case "Network.requestWillBeSent" -> requests.add(node.at("/params/request/url").asText());
          case "Log.entryAdded" -> log(node.at("/params/entry"));
          case "Runtime.consoleAPICalled" -> console.add(node.at("/params/args").toString());
          case "Runtime.exceptionThrown" ->
              console.add(node.at("/params/exceptionDetails").toString());
          default -> {
            // Nothing that is looked at here.
          }
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
