// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.config.MqttSettings;
import io.energydongle.status.ClockState;
import io.energydongle.status.MqttStatus.State;
import io.energydongle.testkit.Broker;
import io.energydongle.testkit.Broker.Door;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.Relay;
import io.energydongle.testkit.Relay.Mood;
import io.energydongle.testkit.Subscriber;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which there is no connection, with the sentence that the user needs. */
class FaultsTest {

  @TempDir static Path brokerDir;
  private static Broker broker;

  @TempDir Path dir;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(brokerDir);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private Device device(MqttSettings settings, String certificate) throws Exception {
    return new Device(
        dir.resolve("state"), broker.identity(dir.resolve("identity"), certificate), settings);
  }

  private Device device(MqttSettings settings) throws Exception {
    return device(settings, "device");
  }

  private MqttSettings mutual() {
    return Device.settings(broker.port(Door.CERTIFICATE));
  }

  private void fault(MqttSettings settings, String certificate, String code, String sentence)
      throws Exception {
    try (Device device = device(settings, certificate).awaitFault(code)) {
      assertThat(device.status().state()).isEqualTo(State.BACKOFF);
      assertThat(device.status().sentence()).contains(sentence).endsWith(".");
      assertThat(device.status().retrySeconds()).isPositive();
    }
  }

  @Test
  void the_certificate_of_the_broker_has_expired_or_is_not_valid_yet() throws Exception {
    fault(
        Device.settings(broker.port(Door.EXPIRED)),
        "device",
        "broker-expired",
        "has expired. It must be renewed at the broker");
    fault(
        Device.settings(broker.port(Door.NOT_YET_VALID)),
        "device",
        "broker-not-yet-valid",
        "Probably the clock of this device is behind");
  }

  @Test
  void the_authority_of_the_broker_is_unknown() throws Exception {
    fault(
        Device.trusting(mutual(), broker.authority("other"), ""),
        "device",
        "unknown-ca",
        "authority that is not known here");
  }

  @Test
  void the_certificate_of_the_broker_is_for_another_name() throws Exception {
    fault(
        Device.settings(broker.port(Door.OTHER_NAME)),
        "device",
        "wrong-name",
        "made for another name");
    fault(
        Device.settings("other_broker.test", broker.port(Door.CERTIFICATE)),
        "device",
        "wrong-name",
        "made for another name");
  }

  @Test
  void the_key_of_the_broker_must_be_the_pinned_one() throws Exception {
    fault(
        Device.trusting(mutual(), "", "0".repeat(64)), "device", "other-key", "not the pinned one");
    byte[] key;
    try (var in = Files.newInputStream(broker.serverCertificate())) {
      key =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(in)
              .getPublicKey()
              .getEncoded();
    }
    String pin = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
    try (Device device = device(Device.trusting(mutual(), "", pin))) {
      device.awaitOnline();
    }
  }

  @Test
  void the_broker_refuses_our_certificate() throws Exception {
    fault(mutual(), "device-expired", "certificate-refused", "refuses the certificate");
    fault(mutual(), "device-unknown", "certificate-refused", "refuses the certificate");
    MqttSettings without = Device.withPassword(mutual(), "house", "x");
    fault(without, "device", "certificate-refused", "refuses the certificate");
  }

  @Test
  void the_broker_refuses_the_password() throws Exception {
    MqttSettings wrong =
        Device.withPassword(Device.settings(broker.port(Door.PASSWORD)), Broker.USER, "wrong");
    fault(wrong, "device", "not-authorised", "does not let this device in");
  }

  @Test
  void nothing_listens_or_the_name_is_unknown_or_it_is_no_tls() throws Exception {
    fault(Device.settings(Gateway.freePort()), "device", "refused", "nothing listens");
    fault(
        Device.settings("no-such-host.invalid", 8883),
        "device",
        "name-unknown",
        "cannot be resolved");
    try (Relay relay = new Relay(0)) {
      relay.be(Mood.SPEAKS_SOMETHING_ELSE);
      fault(Device.settings(relay.port()), "device", "not-tls", "does not speak TLS");
    }
  }

  @Test
  void the_broker_accepts_and_says_nothing_or_closes_at_once() throws Exception {
    try (Relay relay = new Relay(broker.port(Door.CERTIFICATE))) {
      relay.be(Mood.SILENT);
      fault(Device.settings(relay.port()), "device", "silent", "then says nothing");
      relay.be(Mood.CLOSES);
      fault(Device.settings(relay.port()), "device", "closed", "closed the connection at once");
      relay.be(Mood.RESETS);
      fault(Device.settings(relay.port()), "device", "closed", "closed the connection at once");
      relay.be(Mood.FORWARDS);
      try (Device device = device(Device.settings(relay.port()))) {
        device.awaitOnline();
      }
    }
  }

  @Test
  void the_identity_is_missing_or_its_parts_do_not_belong_together() throws Exception {
    Path empty = Files.createDirectories(dir.resolve("empty"));
    try (Device device = new Device(dir.resolve("state"), empty, mutual()).awaitFault("identity")) {
      assertThat(device.status().sentence()).contains("no serial number", "provision");
    }
    Path mixed = broker.identity(dir.resolve("mixed"), "device");
    Files.writeString(
        mixed.resolve("device.key"), Files.readString(brokerDir.resolve("server.key")));
    try (Device device = new Device(dir.resolve("state"), mixed, mutual()).awaitFault("identity")) {
      assertThat(device.status().sentence()).contains("do not belong together");
    }
  }

  @Test
  void the_first_connection_waits_for_the_time_and_says_so() throws Exception {
    try (Device device = device(mutual())) {
      device.clock = ClockState.IMPLAUSIBLE;
      device.publisher().use(Device.obeying(mutual(), true, false));
      device.awaitFault("waiting-for-time");
      assertThat(device.status().state()).isEqualTo(State.WAIT_CLOCK);
      assertThat(device.status().sentence()).contains("Waiting for the time", "time server");
      // Long past the time after which a plausible clock would do.
      await().pollDelay(Device.QUICK.clockWait().plusMillis(200)).until(() -> true);
      assertThat(device.status().state()).isEqualTo(State.WAIT_CLOCK);
      device.clock = ClockState.PLAUSIBLE;
      device.awaitOnline();
    }
  }

  @Test
  void the_user_is_warned_before_the_device_certificate_ends() throws Exception {
    try (Device device = device(mutual(), "device-ending").awaitOnline()) {
      assertThat(device.status().warnings())
          .singleElement()
          .asString()
          .startsWith("The device certificate ends on ");
    }
    DeviceIdentity identity = new DeviceIdentity(broker.identity(dir.resolve("i"), "device"));
    Instant now = Clock.system(ZoneOffset.UTC).instant();
    assertThat(identity.serial()).isEqualTo(Broker.SERIAL);
    assertThat(identity.expiryWarning(now.plus(Duration.ofDays(269)))).isEmpty();
    assertThat(identity.expiryWarning(now.plus(Duration.ofDays(271)))).isPresent();
    assertThat(identity.expiryWarning(now.plus(Duration.ofDays(301))).orElseThrow())
        .contains("has expired");
  }

  @Test
  void a_frozen_broker_is_noticed_and_readings_are_left_out_meanwhile() throws Exception {
    try (Subscriber subscriber = new Subscriber(broker.port(Door.PLAIN));
        Device device = device(mutual()).awaitOnline()) {
      broker.signal("STOP");
      try {
        device.awaitFault("lost");
      } finally {
        broker.signal("CONT");
      }
      device.awaitOnline();
      device.read(4711);
      await()
          .until(
              () ->
                  subscriber.on("/data/telegram").stream()
                      .anyMatch(m -> m.json().path("power_w").asInt() == 4711));
    }
  }

  @Test
  void the_last_will_is_published_when_the_line_breaks() throws Exception {
    try (Relay relay = new Relay(broker.port(Door.CERTIFICATE));
        Subscriber subscriber = new Subscriber(broker.port(Door.PLAIN));
        Device device = device(Device.settings(relay.port())).awaitOnline()) {
      relay.be(Mood.RESETS);
      relay.cut();
      await()
          .until(
              () ->
                  subscriber.on("/status").stream()
                      .anyMatch(
                          m ->
                              m.json().path("state").asText().equals("offline")
                                  && m.json().path("reason").asText().equals("connection-lost")));
      await().until(() -> device.status().state() != State.ONLINE);
      assertThat(device.status().counters().failures()).isPositive();
    }
  }

  @Test
  void two_hundred_refused_connections_leave_no_thread_and_no_socket_behind() throws Exception {
    Timing hurry =
        new Timing(
            Duration.ofSeconds(3),
            Duration.ofMillis(300),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMillis(50),
            Duration.ofMillis(100));
    long before = openFiles();
    try (Relay relay = new Relay(broker.port(Door.CERTIFICATE))) {
      relay.be(Mood.CLOSES);
      try (Device one = refused(relay.port(), "device", "one", hurry);
          Device two = refused(broker.port(Door.CERTIFICATE), "device-unknown", "two", hurry);
          Device three = refused(broker.port(Door.CERTIFICATE), "device-expired", "three", hurry);
          Device four = refused(broker.port(Door.PASSWORD), "device", "four", hurry)) {
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(50))
            .until(
                () ->
                    Stream.of(one, two, three, four)
                            .mapToLong(d -> d.status().counters().failures())
                            .sum()
                        >= 200);
      }
    }
    // A try given up between its handshake and its first packet is held back for 10 s; see Dialer.
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(mqttThreads()).isEmpty());
    assertThat(openFiles()).isLessThan(before + 20);
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private static List<String> mqttThreads() {
    return Stream.of(
            ManagementFactory.getThreadMXBean()
                .getThreadInfo(ManagementFactory.getThreadMXBean().getAllThreadIds(), 12))
        .filter(info -> info != null && info.getThreadName().startsWith("MQTT "))
        .map(ThreadInfo::toString)
        .toList();
  }

  private Device refused(int port, String certificate, String name, Timing timing)
      throws Exception {
    return new Device(
        dir.resolve("state-" + name),
        broker.identity(dir.resolve("identity-" + name), certificate),
        Device.settings(port),
        timing,
        Clock.systemUTC());
  }
}
