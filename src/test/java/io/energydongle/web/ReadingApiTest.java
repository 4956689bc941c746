// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.Reception;
import io.energydongle.status.ButtonStatus;
import io.energydongle.status.CopyStatus;
import io.energydongle.status.IndicatorStatus;
import io.energydongle.testkit.Snapshots;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Readings, stream, figures and state over real HTTP. */
class ReadingApiTest extends RunningWebServer {

  @Test
  void a_port_that_was_taken_is_served_once_it_is_free() throws Exception {
    ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    try (WebServer second = serverOn(holder.getLocalPort(), 0)) {
      assertThatThrownBy(second::start).isInstanceOf(RuntimeException.class);
      holder.close();
      second.start();
      assertThat(second.port()).isEqualTo(holder.getLocalPort());
    } finally {
      holder.close();
    }
  }

  @Test
  void before_the_first_telegram_there_is_no_reading() throws Exception {
    assertThat(code(send("GET", "/api/v1/reading", ""))).isEqualTo("503 no-telegram");
    assertThat(code(send("GET", "/api/v1/telegram", ""))).isEqualTo("503 no-telegram");
  }

  @Test
  void the_reading_tells_its_age_and_grows_stale() throws Exception {
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    now.addAndGet(1_500_000_000L);
    JsonNode fresh = JSON.readTree(send("GET", "/api/v1/reading", "").body());
    assertThat(fresh.path("power_w").asInt()).isEqualTo(1_000);
    assertThat(fresh.path("age_s").asDouble()).isEqualTo(1.5);
    assertThat(fresh.path("stale").asBoolean()).isFalse();
    now.addAndGet(60_000_000_000L);
    JsonNode old = JSON.readTree(send("GET", "/api/v1/reading", "").body());
    assertThat(old.path("stale").asBoolean()).isTrue();
  }

  @Test
  void the_history_holds_one_power_a_second() throws Exception {
    for (int second = 0; second < 3; second++) {
      server.accept(
          Snapshots.threePhase(now.get(), 1_000 + second)
              .reception(
                  new Reception(
                      Instant.EPOCH.plusMillis(400L * second), now.get(), Duration.ofSeconds(1)))
              .build());
    }
    server.accept(
        Snapshots.threePhase(now.get(), 5)
            .reception(
                new Reception(Instant.EPOCH.plusSeconds(7), now.get(), Duration.ofSeconds(1)))
            .build());
    assertThat(send("GET", "/api/v1/history", "").body())
        .isEqualTo("{\"t\":[0,7],\"power_w\":[1002,5]}");
  }

  @Test
  void the_stream_brings_each_reading() throws Exception {
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    HttpResponse<InputStream> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.port() + "/api/v1/stream"))
                .build(),
            BodyHandlers.ofInputStream());
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (!line.contains("\"power_w\"")) {
        line = lines.readLine();
      }
      assertThat(line).startsWith("data: {").contains("\"power_w\":1000");
      server.accept(Snapshots.threePhase(now.get(), 2_000).sequence(2).build());
      line = lines.readLine();
      while (!line.contains("\"power_w\"")) {
        line = lines.readLine();
      }
      assertThat(line).contains("\"power_w\":2000");
    }
  }

  @Test
  void the_figures_are_there_for_prometheus() throws Exception {
    server.accept(Snapshots.threePhase(now.get(), 1_000).build());
    String text = send("GET", "/metrics", "").body();
    assertThat(text)
        .contains("energy_dongle_power_watts 1000\n", "# TYPE energy_dongle_telegrams_total");
  }

  @Test
  void figures_can_be_switched_off() throws Exception {
    settings.replace("outputs", JSON.readTree("{\"metrics\":false}"));
    assertThat(code(send("GET", "/metrics", ""))).isEqualTo("404 switched-off");
  }

  @Test
  void a_negative_current_is_a_figure_like_any_other() throws Exception {
    server.accept(
        Snapshots.threePhase(now.get(), -1_000)
            .phases(List.of(Snapshots.phase(230_500, -4_300, -1_000_000)))
            .build());
    assertThat(send("GET", "/metrics", "").body())
        .contains("energy_dongle_phase_current_amperes{phase=\"L1\"} -4.3\n");
  }

  @Test
  void register_maps_are_shown_with_what_a_client_would_read() throws Exception {
    assertThat(json(send("GET", "/api/v1/modbus/templates", "")).at("/templates/0/id").asText())
        .isEqualTo("empro");
    assertThat(send("GET", "/api/v1/modbus/preview?template=empro", "").body())
        .isEqualTo(
            "{\"template\":\"empro\",\"registers\":[{\"register\":32774,"
                + "\"quantity\":\"voltage_l1\",\"unit\":\"V\",\"value\":230.5,"
                + "\"type\":\"f32\",\"scale\":1.0,\"words\":[\"4366\",\"8000\"],"
                + "\"other_order\":[\"8000\",\"4366\"]}]}");
    assertThat(code(send("GET", "/api/v1/modbus/preview?template=../x", "")))
        .isEqualTo("422 invalid");
  }

  @Test
  void the_state_tells_what_can_be_done_here_and_why_not() throws Exception {
    JsonNode status = json(send("GET", "/api/v1/status", ""));
    assertThat(status.path("first_use").asBoolean()).isTrue();
    assertThat(status.at("/actions/restart/available").asBoolean()).isTrue();
    assertThat(status.at("/actions/reboot/available").asBoolean()).isFalse();
    assertThat(status.at("/actions/reboot/reason").asText())
        .isEqualTo("This board cannot be rebooted from here.");
    assertThat(status.at("/https/available").asBoolean()).isFalse();
    settings.replace("meter", JSON.readTree("{\"main_fuse_a\":25}"));
    status = json(send("GET", "/api/v1/status", ""));
    assertThat(status.path("first_use").asBoolean()).isFalse();
    assertThat(status.at("/meter/main_fuse_a").asInt()).isEqualTo(25);
  }

  private void minutes(String start, int count) {
    Instant begin = Instant.parse(start);
    for (int second = 0; second <= 60 * count; second += 10) {
      history.accept(
          Snapshots.threePhase(now.get(), 600)
              .reception(
                  new Reception(begin.plusSeconds(second), now.get(), Duration.ofSeconds(10)))
              .energy(Snapshots.energy(1_000 + second / 6, 0), EnergyRegisters.NONE)
              .build());
      now.addAndGet(Duration.ofSeconds(10).toNanos());
    }
  }

  @Test
  void the_past_is_told_by_minute_with_power_and_energy() throws Exception {
    minutes("2026-03-01T10:00:00Z", 3);
    long from = Instant.parse("2026-03-01T10:01:00Z").getEpochSecond();
    JsonNode past =
        json(
            send(
                "GET",
                "/api/v1/history?resolution=minute&from=" + from + "&to=" + (from + 60),
                ""));
    assertThat(past.path("seconds").asInt()).isEqualTo(60);
    assertThat(past.path("t").toString()).isEqualTo("[" + from + "]");
    assertThat(past.path("power_w").toString()).isEqualTo("[600]");
    assertThat(past.path("import_wh").toString()).isEqualTo("[10]");
    assertThat(past.path("export_wh").toString()).isEqualTo("[null]");
  }

  @Test
  void the_past_can_be_saved_as_a_table() throws Exception {
    minutes("2026-03-01T10:00:00Z", 2);
    HttpResponse<String> answer = send("GET", "/api/v1/history.csv?resolution=minute", "");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8");
    assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment");
    assertThat(answer.body().lines().toList().get(0)).startsWith("time_utc,power_w");
    assertThat(answer.body()).contains("2026-03-01T10:01:00Z,");
  }

  @Test
  void a_question_about_the_past_that_makes_no_sense_is_told_so() throws Exception {
    for (String query : List.of("resolution=year", "resolution=", "resolution=minute&from=x")) {
      assertThat(code(send("GET", "/api/v1/history?" + query, "")))
          .as(query)
          .isEqualTo("422 invalid");
    }
    assertThat(code(send("GET", "/api/v1/history.csv", ""))).isEqualTo("422 invalid");
  }

  @Test
  void the_status_tells_of_light_button_and_copy_also_where_they_are_missing() throws Exception {
    JsonNode good = json(send("GET", "/api/v1/status", ""));
    assertThat(good.at("/indicator").toString())
        .isEqualTo("{\"available\":true,\"state\":\"normal\",\"colours\":\"green\"}");
    assertThat(good.at("/button/available").asBoolean()).isTrue();
    assertThat(good.at("/copy").toString())
        .isEqualTo("{\"serial\":{\"enabled\":false},\"tcp\":{\"enabled\":false}}");
    indicator = new IndicatorStatus("no-network", "green/orange", Optional.of("No light."));
    button = new ButtonStatus(Optional.of("No button."), 0);
    copy =
        new CopyStatus(
            Optional.of(new CopyStatus.Serial("/dev/x", Optional.of("P1 copy: gone."), 7, 1)),
            Optional.of(
                new CopyStatus.Tcp(
                    Optional.of("0.0.0.0:2001"),
                    Optional.empty(),
                    List.of(new CopyStatus.Client("192.168.1.20", 9, 2)))));
    JsonNode bad = json(send("GET", "/api/v1/status", ""));
    assertThat(bad.at("/indicator/available").asBoolean()).isFalse();
    assertThat(bad.at("/indicator/reason").asText()).isEqualTo("No light.");
    assertThat(bad.at("/indicator/state").asText()).isEqualTo("no-network");
    assertThat(bad.at("/button/reason").asText()).isEqualTo("No button.");
    assertThat(bad.at("/copy/serial/fault").asText()).isEqualTo("P1 copy: gone.");
    assertThat(bad.at("/copy/serial/lost_telegrams").asInt()).isEqualTo(1);
    assertThat(bad.at("/copy/tcp/clients/0").toString())
        .isEqualTo("{\"address\":\"192.168.1.20\",\"bytes\":9,\"lost_telegrams\":2}");
    // A copy that was asked for and fails is a problem; a board without a light is not.
    assertThat(bad.at("/problems")).anyMatch(p -> p.asText().equals("P1 copy: gone."));
    assertThat(bad.at("/problems")).noneMatch(p -> p.asText().contains("light"));
  }
}
