// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.config.MqttSettings;
import io.energydongle.config.MqttSettings.Publish;
import io.energydongle.status.ClockState;
import io.energydongle.status.MqttStatus.State;
import io.energydongle.testkit.Broker;
import io.energydongle.testkit.Broker.Door;
import io.energydongle.testkit.Subscriber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives at a real broker. Expected values: {@code platform.md} 1.3 and 1.4. */
class PublishTest {

  private static final String BASE = "devices/home/energy-dongle/EDTEST23";
  private static final String DISCOVERY = "homeassistant/device/energy-dongle-EDTEST23/config";

  @TempDir static Path brokerDir;
  private static Broker broker;

  @TempDir Path dir;
  private Subscriber subscriber;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(brokerDir);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void watch() throws MqttException {
    subscriber = new Subscriber(broker.port(Door.PLAIN));
  }

  @AfterEach
  void leave() throws MqttException {
    for (String topic : List.of(BASE + "/status", BASE + "/info", DISCOVERY)) {
      subscriber.publish(topic, "", true);
    }
    subscriber.close();
  }

  private Device device(MqttSettings settings) throws Exception {
    return new Device(
        dir.resolve("state"), broker.identity(dir.resolve("identity"), "device"), settings);
  }

  private MqttSettings mutual() {
    return Device.settings(broker.port(Door.CERTIFICATE));
  }

  private Subscriber.Message first(String end) {
    return await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> subscriber.on(end), found -> !found.isEmpty())
        .get(0);
  }

  private Subscriber.Message last(String end, int count) {
    return await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> subscriber.on(end), found -> found.size() >= count)
        .get(count - 1);
  }

  @Test
  void a_reading_arrives_with_birth_and_info_when_the_device_shows_its_certificate()
      throws Exception {
    try (Device device = device(mutual()).awaitOnline()) {
      device.clock = ClockState.PLAUSIBLE;
      device.read(1500);
      Subscriber.Message telegram = first("/data/telegram");
      assertThat(telegram.topic()).isEqualTo(BASE + "/data/telegram");
      assertThat(telegram.qos()).isZero();
      assertThat(telegram.retained()).isFalse();
      JsonNode reading = telegram.json();
      assertThat(reading.path("v").asInt()).isEqualTo(1);
      assertThat(reading.path("seq").asLong()).isEqualTo(1);
      assertThat(reading.path("ts").asText()).isEqualTo("2026-12-01T12:00:00.000Z");
      assertThat(reading.path("power_w").asInt()).isEqualTo(1500);
      assertThat(reading.path("phases").path(0).path("voltage_v").asDouble()).isEqualTo(230.0);
      assertThat(reading.path("energy_import_wh").path("t2").asInt()).isEqualTo(2000);
      assertThat(reading.path("clock").asText()).isEqualTo("unsynchronised");
      assertThat(reading.path("stale").isBoolean()).isTrue();
      assertThat(reading.path("stale").asBoolean()).isFalse();

      assertThat(first("/status").json().path("state").asText()).isEqualTo("online");
      assertThat(first("/status").qos()).isEqualTo(1);
      JsonNode info = last("/info", 2).json();
      assertThat(info.path("firmware").asText()).isEqualTo("0.1.0");
      assertThat(info.path("interface").asText()).isEqualTo("eth0");
      assertThat(info.path("meter").path("protocol").asText()).isEqualTo("dsmr");
      assertThat(device.status().state()).isEqualTo(State.ONLINE);
      assertThat(device.status().counters().connects()).isEqualTo(1);
    }
  }

  @Test
  void birth_and_info_are_kept_by_the_broker_and_a_stop_is_told_from_an_accident()
      throws Exception {
    try (Device device = device(mutual()).awaitOnline()) {
      device.read(1);
      last("/info", 2);
      try (Subscriber late = new Subscriber(broker.port(Door.PLAIN))) {
        await().until(() -> late.on("/status").size() == 1 && late.on("/info").size() == 1);
        assertThat(late.on("/status").get(0).retained()).isTrue();
        assertThat(late.on("/info").get(0).retained()).isTrue();
      }
    }
    JsonNode stopped = last("/status", 2).json();
    assertThat(stopped.path("state").asText()).isEqualTo("offline");
    assertThat(stopped.path("reason").asText()).isEqualTo("shutdown");
    // No last will follows.
    try (Device again = device(mutual()).awaitOnline()) {
      assertThat(again.status().state()).isEqualTo(State.ONLINE);
      assertThat(last("/status", 3).json().path("state").asText()).isEqualTo("online");
    }
  }

  @Test
  void a_user_with_a_password_is_let_in_by_name_and_by_address() throws Exception {
    for (String host : List.of("localhost", "127.0.0.1", "my_broker.test")) {
      MqttSettings settings =
          Device.withPassword(
              Device.settings(host, broker.port(Door.PASSWORD)), Broker.USER, Broker.PASSWORD);
      try (Device device = device(settings).awaitOnline()) {
        assertThat(device.status().broker()).startsWith(host);
        device.read(1);
        first("/data/telegram");
      }
    }
  }

  @Test
  void each_value_has_a_topic_when_wanted_and_is_sent_when_it_changes() throws Exception {
    try (Device device =
        device(Device.with(mutual(), new Publish(0, true, true, true, 0), false)).awaitOnline()) {
      device.read(1500);
      assertThat(first("/data/power_w").payload()).isEqualTo("1500");
      assertThat(first("/data/l3_voltage_v").payload()).isEqualTo("232");
      assertThat(first("/data/energy_import_total_wh").payload()).isEqualTo("3000");
      await().pollDelay(Duration.ofMillis(120)).until(() -> true);
      device.read(-20);
      assertThat(last("/data/power_w", 2).payload()).isEqualTo("-20");
      assertThat(subscriber.on("/data/l3_voltage_v")).hasSize(1);
      device.withRaw("/EDS5\r\n\r\n!\r\n");
      await()
          .until(
              () ->
                  subscriber.on("/data/raw").stream()
                      .anyMatch(m -> m.payload().equals("/EDS5\r\n\r\n!\r\n")));
      subscriber.publish(BASE + "/data/power_w", "", true);
    }
  }

  @Test
  void readings_come_no_faster_than_asked_for_and_never_wait_in_a_queue() throws Exception {
    try (Device device =
        device(Device.with(mutual(), new Publish(60, false, false, false, 0), false))
            .awaitOnline()) {
      for (int i = 0; i < 50; i++) {
        device.read(i);
      }
      first("/data/telegram");
      await().pollDelay(Duration.ofMillis(300)).until(() -> true);
      assertThat(subscriber.on("/data/telegram")).hasSize(1);
    }
  }

  @Test
  void counters_arrive_as_diag_and_what_happens_as_event() throws Exception {
    try (Device device = device(mutual())) {
      device.publisher().event("meter-lost", "The meter fell silent.");
      device.awaitOnline();
      JsonNode diag = first("/diag").json();
      assertThat(diag.path("clock").asText()).isEqualTo("synchronised");
      assertThat(diag.path("connects").asInt()).isEqualTo(1);
      assertThat(diag.path("temperature_c").asDouble()).isEqualTo(41.5);
      assertThat(diag.path("heap_used_bytes").asLong()).isPositive();
      assertThat(first("/event").json().path("code").asText()).isEqualTo("meter-lost");
      assertThat(first("/event").qos()).isEqualTo(1);
    }
  }

  @Test
  void home_assistant_is_told_of_what_the_meter_has_and_again_when_it_starts() throws Exception {
    MqttSettings wanted = Device.with(mutual(), new Publish(0, false, false, false, 1), true);
    try (Device device = device(wanted).awaitOnline()) {
      device.read(1500);
      JsonNode message = first(DISCOVERY).json();
      assertThat(DiscoverySchema.problems(message)).isEmpty();
      assertThat(message.path("cmps").has("energy_import_t1")).isTrue();
      assertThat(message.path("cmps").has("gas")).isFalse();
      int before = subscriber.on(DISCOVERY).size();
      subscriber.publish("homeassistant/status", "online", false);
      await().atMost(Duration.ofSeconds(8)).until(() -> subscriber.on(DISCOVERY).size() > before);
      device.publisher().use(mutual());
      await().until(() -> subscriber.on(DISCOVERY).stream().anyMatch(m -> m.payload().isEmpty()));
    }
  }

  @Test
  void other_settings_come_into_force_and_switching_off_says_goodbye() throws Exception {
    try (Device device = device(mutual()).awaitOnline()) {
      MqttSettings off =
          new MqttSettings(
              false,
              mutual().url(),
              "",
              mutual().password(),
              "home",
              mutual().trust(),
              mutual().publish(),
              mutual().homeAssistant(),
              mutual().commands());
      device.publisher().use(off);
      await().until(() -> device.status().state() == State.IDLE);
      assertThat(last("/status", 2).json().path("reason").asText()).isEqualTo("shutdown");
      device.publisher().use(mutual());
      device.awaitOnline();
      device.publisher().forget();
      await().until(() -> subscriber.on("/info").stream().anyMatch(m -> m.payload().isEmpty()));
    }
  }

  /** As a factory reset does: first everything is forgotten, then MQTT is off. */
  @Test
  void after_a_reset_the_broker_keeps_nothing_of_this_device() throws Exception {
    try (Device device = device(mutual()).awaitOnline()) {
      first("/status");
      device.publisher().forget();
      device.publisher().use(MqttSettings.DEFAULT);
      await().until(() -> device.status().state() == State.IDLE);
    }
    try (Subscriber late = new Subscriber(broker.port(Door.PLAIN))) {
      late.publish("marker", "", false);
      await().until(() -> !late.on("marker").isEmpty());
      assertThat(late.all())
          .filteredOn(Subscriber.Message::retained)
          .extracting(Subscriber.Message::topic)
          .doesNotContain(BASE + "/status", BASE + "/info", BASE + "/update/state");
    }
  }

  @Test
  void the_test_button_says_what_the_broker_answered_and_leaves_the_connection_alone()
      throws Exception {
    try (Device device = device(mutual()).awaitOnline()) {
      assertThat(device.publisher().test(mutual()))
          .isEqualTo(
              "The broker localhost:" + broker.port(Door.CERTIFICATE) + " let this device in.");
      assertThat(
              device
                  .publisher()
                  .test(
                      Device.withPassword(
                          Device.settings(broker.port(Door.PASSWORD)), Broker.USER, "wrong")))
          .contains("does not let this device in");
      assertThat(device.publisher().test(Device.settings(broker.port(Door.EXPIRED))))
          .contains("has expired");
      assertThat(device.publisher().test(MqttSettings.DEFAULT)).startsWith("Enter the address");
      assertThat(device.status().counters().connects()).isEqualTo(1);
      assertThat(device.status().state()).isEqualTo(State.ONLINE);
    }
  }
}
