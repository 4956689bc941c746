// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.energydongle.config.BoardConfig;
import io.energydongle.config.MqttSettings;
import io.energydongle.config.NetworkSettings;
import io.energydongle.config.SettingsStore;
import io.energydongle.history.History;
import io.energydongle.identity.IdentityException;
import io.energydongle.mqtt.DeviceIdentity;
import io.energydongle.status.ButtonStatus;
import io.energydongle.status.ClockState;
import io.energydongle.status.CopyStatus;
import io.energydongle.status.IndicatorStatus;
import io.energydongle.status.MeterStatus;
import io.energydongle.status.MqttStatus;
import io.energydongle.status.NetworkStatus;
import io.energydongle.status.WifiNetwork;
import io.energydongle.update.TestUpdates;
import io.energydongle.update.Updater;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A web server for each test, with a made-up device around it and a clock that tests move. */
abstract class RunningWebServer {

  static final String STICKER = "k7m2-p9x4-w3t8-r6zq";
  static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path state;

  final AtomicLong now = new AtomicLong(1_000_000_000_000L);
  final List<String> asked = new ArrayList<>();
  final HttpClient client = HttpClient.newHttpClient();
  Instant time = Instant.EPOCH;
  MqttStatus mqtt = MqttStatus.OFF;
  IndicatorStatus indicator = new IndicatorStatus("normal", "green", Optional.empty());
  ButtonStatus button = new ButtonStatus(Optional.empty(), 0);
  CopyStatus copy = CopyStatus.OFF;
  NetworkStatus network = NetworkStatus.UNKNOWN;
  Optional<NetworkSettings> trial = Optional.empty();
  SettingsStore settings;
  History history;
  WebServer server;
  TestUpdates updates;

  final Surroundings surroundings =
      new Surroundings() {
        @Override
        public String version() {
          return "1.2.3";
        }

        @Override
        public Instant now() {
          return time;
        }

        @Override
        public MeterStatus meter() {
          return MeterStatus.UNKNOWN;
        }

        @Override
        public Modbus modbus() {
          return new Modbus(Optional.of("127.0.0.1:502"), Optional.empty(), List.of(), List.of());
        }

        @Override
        public MqttStatus mqtt() {
          return mqtt;
        }

        @Override
        public String testMqtt(MqttSettings trial) {
          asked.add("test " + trial.url());
          return "The broker answered.";
        }

        @Override
        public DeviceCertificate deviceCertificate() throws IdentityException {
          DeviceIdentity identity = identity();
          return new DeviceCertificate(
              identity.serial(),
              identity.certificates().inUse(),
              identity.certificates().waiting(),
              identity.certificates().isRequested());
        }

        @Override
        public String certificateRequest() throws IdentityException, IOException {
          return identity().certificates().request(identity().serial());
        }

        @Override
        public void cancelCertificateRequest() throws IOException {
          identity().certificates().cancelRequest();
        }

        @Override
        public void bringCertificate(String pem) throws IdentityException, IOException {
          identity().certificates().bring(pem, identity().serial(), time);
          asked.add("certificate");
        }

        @Override
        public ClockState clockState() {
          return ClockState.SYNCHRONISED;
        }

        @Override
        public IndicatorStatus indicator() {
          return indicator;
        }

        @Override
        public ButtonStatus button() {
          return button;
        }

        @Override
        public CopyStatus copy() {
          return copy;
        }

        @Override
        public Updater updates() {
          return updates.updater();
        }

        @Override
        public NetworkStatus network() {
          return network;
        }

        @Override
        public List<WifiNetwork> scanWifi() {
          asked.add("scan");
          return List.of(new WifiNetwork("Home", 78, "wpa2"));
        }

        @Override
        public void tryNetwork(NetworkSettings settings) {
          asked.add("try " + settings.connection().code() + " " + settings.address());
          trial = Optional.of(settings);
        }

        @Override
        public Optional<NetworkSettings> networkTrial() {
          return trial;
        }

        @Override
        public List<Template> templates() {
          return List.of(template("empro", false));
        }

        @Override
        public Optional<List<Register>> preview(String template) {
          return Optional.of(
              List.of(
                  new Register(
                      0x8006,
                      "voltage_l1_v",
                      "f32",
                      1,
                      OptionalDouble.of(230.5),
                      List.of(0x4366, 0x8000),
                      List.of(0x8000, 0x4366))));
        }

        private Template template(String id, boolean own) {
          return new Template(id, "title", "help", "source", List.of("a car"), "high-first", own);
        }

        @Override
        public Optional<String> templateText(String id) {
          return id.equals("empro") ? Optional.of("id = \"empro\"\n") : Optional.empty();
        }

        @Override
        public Template bringTemplate(String toml) throws TemplateRefusedException {
          if (!toml.startsWith("id")) {
            throw new TemplateRefusedException("line 1: wrong");
          }
          asked.add("bring");
          return template("mine", true);
        }

        @Override
        public boolean deleteTemplate(String id) throws TemplateRefusedException {
          if (id.equals("used")) {
            throw new TemplateRefusedException("It is in use; choose another map first.");
          }
          return id.equals("mine");
        }

        @Override
        public Optional<String> stickerKey() {
          return Optional.of(STICKER);
        }

        @Override
        public List<String> problems() {
          return List.of();
        }

        @Override
        public List<String> log() {
          return List.of("a line of the log");
        }

        @Override
        public Optional<String> unavailable(Action action) {
          return action == Action.REBOOT
              ? Optional.of("This board cannot be rebooted from here.")
              : Optional.empty();
        }

        @Override
        public void act(Action action) {
          asked.add(action.name());
        }
      };

  final DeviceIdentity identity() {
    return new DeviceIdentity(state.resolve("identity"));
  }

  @BeforeEach
  void start() {
    settings = SettingsStore.open(state, s -> List.of());
    history = History.open(state);
    updates = new TestUpdates(state, settings);
    server = serverOn(0, 0);
    server.start();
  }

  final WebServer serverOn(int port, int httpsPort) {
    return new WebServer(
        new BoardConfig.Http("127.0.0.1", port, httpsPort),
        state,
        settings,
        history,
        surroundings,
        now::get);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  final HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  static String code(HttpResponse<String> answer) throws Exception {
    return answer.statusCode() + " " + json(answer).at("/error/code").asText();
  }

  static JsonNode json(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body());
  }

  final String login(String password) throws Exception {
    HttpResponse<String> answer =
        send("POST", "/api/v1/login", JSON.writeValueAsString(Map.of("password", password)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
    return cookie.substring(0, cookie.indexOf(';'));
  }

  /** Sends bytes as they are, and gives the first line of the answer. */
  final String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      return String.valueOf(in.readLine());
    }
  }
}
