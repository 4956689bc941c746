// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.MqttSettings;
import io.energydongle.config.MqttSettings.HomeAssistant;
import io.energydongle.config.MqttSettings.Publish;
import io.energydongle.config.MqttSettings.Trust;
import io.energydongle.config.MqttSettings.Trust.Source;
import io.energydongle.config.Secret;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.RawTelegram;
import io.energydongle.snapshot.Reception;
import io.energydongle.status.ClockState;
import io.energydongle.status.MqttStatus;
import io.energydongle.status.MqttStatus.State;
import io.energydongle.testkit.Snapshots;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A publisher in a hurry, with a meter made by hand. */
final class Device implements AutoCloseable {

  static final Timing QUICK =
      new Timing(
          Duration.ofSeconds(3),
          Duration.ofMillis(300),
          Duration.ofMillis(100),
          Duration.ofMillis(400),
          Duration.ofMillis(100),
          Duration.ofMillis(400),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofMillis(300),
          Duration.ofMillis(200),
          Duration.ofMillis(50),
          Duration.ofMillis(100));

  final Path state;
  final Path identity;
  final Asked asked = new Asked();
  volatile ClockState clock = ClockState.SYNCHRONISED;
  volatile Instant meterTime = Instant.parse("2026-12-01T12:00:00Z");
  private final MqttPublisher publisher;
  private long sequence;

  Device(Path state, Path identity, MqttSettings settings) {
    this(state, identity, settings, QUICK, Clock.systemUTC());
  }

  Device(Path state, Path identity, MqttSettings settings, Timing timing, Clock wall) {
    this.state = state;
    this.identity = identity;
    publisher =
        new MqttPublisher(
            state,
            new DeviceIdentity(identity, state.resolve("renewed-identity")),
            settings,
            asked,
            () -> clock,
            "0.1.0",
            wall,
            System::nanoTime,
            new Random(7),
            timing,
            host ->
                host.endsWith(".test")
                    ? new InetAddress[] {InetAddress.getLoopbackAddress()}
                    : InetAddress.getAllByName(host));
    publisher.start();
  }

  MqttPublisher publisher() {
    return publisher;
  }

  DeviceCertificates certificates() {
    return publisher.certificates();
  }

  MqttStatus status() {
    return publisher.status();
  }

  Device awaitOnline() {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> status().state() == State.ONLINE);
    return this;
  }

  /** Waits until that is wrong. */
  Device awaitFault(String code) {
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () -> {
              if (!status().code().equals(code)) {
                throw new AssertionError(code + " expected: " + status());
              }
            });
    return this;
  }

  /** The next reading, with that much power. */
  MeterSnapshot read(long watt) {
    MeterSnapshot snapshot = reading(watt).build();
    publisher.accept(snapshot);
    return snapshot;
  }

  MeterSnapshot.Builder reading(long watt) {
    return Snapshots.threePhase(System.nanoTime(), watt)
        .sequence(++sequence)
        .reception(new Reception(meterTime, System.nanoTime(), Duration.ofSeconds(1)))
        .energy(Snapshots.energy(1000, 2000), Snapshots.energy(0, 0));
  }

  /** A reading that has bytes. */
  MeterSnapshot withRaw(String bytes) {
    byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
    MeterSnapshot like = reading(1).build();
    MeterSnapshot snapshot =
        new MeterSnapshot.Builder(like.reception(), like.meter(), new RawTelegram(raw, raw.length))
            .sequence(like.sequence())
            .build();
    publisher.accept(snapshot);
    return snapshot;
  }

  @Override
  public void close() {
    publisher.stop();
  }

  /** Settings for a broker on this machine. */
  static MqttSettings settings(int port) {
    return settings("localhost", port);
  }

  static MqttSettings settings(String host, int port) {
    return new MqttSettings(
        true,
        "mqtts://" + host + ":" + port,
        "",
        Optional.empty(),
        "home",
        MqttSettings.DEFAULT.trust(),
        MqttSettings.DEFAULT.publish(),
        MqttSettings.DEFAULT.homeAssistant(),
        MqttSettings.DEFAULT.commands());
  }

  static MqttSettings withPassword(MqttSettings of, String user, String password) {
    return new MqttSettings(
        true,
        of.url(),
        user,
        Optional.of(Secret.ofText(password)),
        of.site(),
        of.trust(),
        of.publish(),
        of.homeAssistant(),
        of.commands());
  }

  static MqttSettings with(MqttSettings of, Publish publish, boolean homeAssistant) {
    return new MqttSettings(
        of.enabled(),
        of.url(),
        of.user(),
        of.password(),
        of.site(),
        of.trust(),
        publish,
        new HomeAssistant(homeAssistant, "homeassistant"),
        of.commands());
  }

  static MqttSettings trusting(MqttSettings of, String ca, String pin) {
    return new MqttSettings(
        of.enabled(),
        of.url(),
        of.user(),
        of.password(),
        of.site(),
        new Trust(Source.BUNDLE, ca, pin),
        of.publish(),
        of.homeAssistant(),
        of.commands());
  }

  static MqttSettings obeying(MqttSettings of, boolean config, boolean factoryReset) {
    return new MqttSettings(
        of.enabled(),
        of.url(),
        of.user(),
        of.password(),
        of.site(),
        of.trust(),
        of.publish(),
        of.homeAssistant(),
        new MqttSettings.Commands(config, factoryReset));
  }

  /** Writes down what commands asked for. */
  static final class Asked implements Commands {
    final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public ObjectNode info() {
      return JsonNodeFactory.instance.objectNode().put("interface", "eth0");
    }

    @Override
    public ObjectNode diag() {
      return JsonNodeFactory.instance.objectNode().put("temperature_c", 41.5);
    }

    @Override
    public void logLevel(String level, Duration time) {
      calls.add("log-level " + level + " " + time.toSeconds());
    }

    @Override
    public void reboot() {
      calls.add("reboot");
    }

    @Override
    public void restart() {
      calls.add("restart");
    }

    @Override
    public void config(JsonNode patch) throws RefusedException {
      if (patch.path("modbus").path("max_clients").asInt() > 8) {
        throw new RefusedException("invalid-settings", "modbus.max_clients: must be 1..8");
      }
      calls.add("config " + patch);
    }

    @Override
    public void update(String url, String version) throws RefusedException {
      if (!version.equals("0.2.0")) {
        throw new RefusedException("busy", "Another release is being installed.");
      }
      calls.add("update " + url);
    }

    @Override
    public ObjectNode updateState() {
      return JsonNodeFactory.instance.objectNode().put("state", "idle");
    }

    @Override
    public void factoryReset() {
      calls.add("factory-reset");
    }
  }
}
