// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.MqttSettings;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.status.MqttStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is published while the broker is there. Belongs to one connection; used by the thread of the
 * supervisor only.
 */
final class Session {

  /** Live readings are left out while so many messages have not left yet: the broker is slow. */
  private static final int UNSENT_MAX = 10;

  private static final Duration HOME_ASSISTANT_DELAY = Duration.ofSeconds(5);
  private static final long NEVER = Long.MAX_VALUE;

  private final Connection connection;
  private final MqttSettings settings;
  private final Topics topics;
  private final String serial;
  private final String version;
  private final Timing timing;
  private final Backlog backlog;
  private final SessionHost host;
  private final Optional<Discovery> discovery;

  private Optional<MeterSnapshot> newest = Optional.empty();
  private Optional<MeterIdentity> meter = Optional.empty();
  private long lastSequence;
  private boolean saidStale;
  private long nextTelegram;
  private final Map<String, String> lastValues = new HashMap<>();
  private final Map<String, Long> lastValueNanos = new HashMap<>();
  private ObjectNode lastInfo = JsonNodeFactory.instance.objectNode();
  private ObjectNode lastUpdate = JsonNodeFactory.instance.objectNode();
  private long nextDiag;
  private long nextReplay;
  private boolean replayOut;
  private long nextDiscovery = NEVER;
  private boolean forgotten;

  Session(
      Connection connection,
      MqttSettings settings,
      String serial,
      String version,
      Timing timing,
      Backlog backlog,
      SessionHost host) {
    this.connection = connection;
    this.settings = settings;
    this.topics = Topics.of(settings.site(), serial);
    this.serial = serial;
    this.version = version;
    this.timing = timing;
    this.backlog = backlog;
    this.host = host;
    long now = host.nanos();
    nextTelegram = now;
    nextDiag = now + timing.diagPeriod().toNanos();
    nextReplay = now + timing.replayPause().toNanos();
    discovery =
        settings.homeAssistant().enabled()
            ? Optional.of(
                new Discovery(
                    topics,
                    serial,
                    version,
                    settings.homeAssistant().prefix(),
                    Duration.ofSeconds(settings.publish().intervalSeconds())))
            : Optional.empty();
  }

  Connection connection() {
    return connection;
  }

  Topics topics() {
    return topics;
  }

  /** Says that the device is there, and begins to listen. */
  void begin(Optional<MeterSnapshot> snapshot) {
    send(
        topics.status(),
        Payloads.bytes(host.dated().put("state", "online").put("firmware", version)),
        1,
        true);
    connection.subscribe(topics.commands());
    discovery.ifPresent(d -> connection.subscribe(d.statusTopic()));
    info();
    updateState();
    snapshot.ifPresent(this::take);
  }

  /** Takes the newest reading; some may have been left out in between. */
  void take(MeterSnapshot snapshot) {
    newest = Optional.of(snapshot);
    if (!meter.equals(Optional.of(snapshot.meter()))) {
      meter = Optional.of(snapshot.meter());
      info();
    }
    if (discovery.isPresent() && discovery.get().accept(snapshot)) {
      discover();
    }
    telegram();
  }

  /** Does what is due. */
  void tick() {
    long now = host.nanos();
    telegram();
    if (now - nextDiag >= 0) {
      nextDiag = now + timing.diagPeriod().toNanos();
      diag();
      info();
      updateState();
    }
    if (nextDiscovery != NEVER && now - nextDiscovery >= 0) {
      discover();
    }
    if (!replayOut && now - nextReplay >= 0 && backlog.size() > 0) {
      replay(now);
    }
  }

  /** When {@link #tick} has to be called at the latest, by the monotonic clock. */
  long nextNanos() {
    long next = nextDiag;
    if (nextDiscovery != NEVER) {
      next = Math.min(next, nextDiscovery);
    }
    if (!replayOut && backlog.size() > 0) {
      next = Math.min(next, nextReplay);
    }
    if (newest.isPresent()) {
      MeterSnapshot snapshot = newest.get();
      if (snapshot.sequence() != lastSequence) {
        next = Math.min(next, nextTelegram);
      } else if (!saidStale) {
        long staleAt =
            snapshot.reception().receivedNanos() + snapshot.reception().staleAfter().toNanos() + 1;
        next = Math.min(next, staleAt);
      }
    }
    return next;
  }

  private void telegram() {
    if (newest.isEmpty()) {
      return;
    }
    MeterSnapshot snapshot = newest.get();
    long now = host.nanos();
    boolean stale = snapshot.reception().isStale(now);
    boolean fresh = snapshot.sequence() != lastSequence;
    if (!(fresh && now - nextTelegram >= 0) && !(stale && !saidStale)) {
      return;
    }
    lastSequence = snapshot.sequence();
    saidStale = stale;
    nextTelegram = now + Duration.ofSeconds(settings.publish().intervalSeconds()).toNanos();
    if (connection.unsent() >= UNSENT_MAX) {
      host.dropped();
      return;
    }
    if (!send(
        topics.telegram(),
        Payloads.telegram(snapshot, host.clock(), stale),
        settings.publish().telegramQos(),
        false)) {
      host.dropped();
      return;
    }
    if (fresh && settings.publish().raw()) {
      send(topics.data("raw"), snapshot.raw().toByteArray(), 0, false);
    }
    if (fresh && settings.publish().values()) {
      values(snapshot, now);
    }
  }

  private void values(MeterSnapshot snapshot, long now) {
    Measures.of(snapshot)
        .forEach(
            (name, value) -> {
              Long last = lastValueNanos.get(name);
              boolean soon = last != null && now - last < timing.valuesPause().toNanos();
              if (!value.equals(lastValues.get(name)) && !soon) {
                byte[] payload = value.getBytes(StandardCharsets.US_ASCII);
                if (send(topics.data(name), payload, 0, settings.publish().retain())) {
                  lastValues.put(name, value);
                  lastValueNanos.put(name, now);
                }
              }
            });
  }

  /** Publishes what the device is, when that has changed. */
  void info() {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    info.put("v", 1);
    info.put("firmware", version);
    info.put("serial", serial);
    meter.ifPresent(identity -> Payloads.meter(info, identity));
    info.setAll(host.commands().info());
    if (!info.equals(lastInfo) && send(topics.info(), Payloads.bytes(info), 1, true)) {
      lastInfo = info;
    }
  }

  /** Publishes how updates are doing, when that has changed. */
  void updateState() {
    ObjectNode state = host.commands().updateState();
    if (!state.equals(lastUpdate) && send(topics.updateState(), Payloads.bytes(state), 1, true)) {
      lastUpdate = state;
    }
  }

  private void diag() {
    ObjectNode diag = host.dated();
    MqttStatus.Counters counters = host.counters();
    diag.put("published", counters.published());
    diag.put("dropped", counters.dropped());
    diag.put("connects", counters.connects());
    diag.put("failures", counters.failures());
    diag.put("commands", counters.commands());
    diag.put("backlog", counters.backlog());
    diag.put("backlog_lost", counters.backlogLost());
    Runtime runtime = Runtime.getRuntime();
    diag.put("heap_used_bytes", runtime.totalMemory() - runtime.freeMemory());
    diag.put("heap_max_bytes", runtime.maxMemory());
    diag.put("threads", Thread.activeCount());
    diag.setAll(host.commands().diag());
    send(topics.diag(), Payloads.bytes(diag), 0, false);
  }

  /** Publishes something that has happened; false when that was not possible. */
  boolean event(ObjectNode event) {
    return send(topics.event(), Payloads.bytes(event), 1, false);
  }

  void result(String command, ObjectNode result) {
    send(topics.result(command), Payloads.bytes(result), 1, false);
  }

  private void replay(long now) {
    nextReplay = now + timing.replayPause().toNanos();
    Backlog.Batch batch = backlog.oldest();
    if (batch.records().isEmpty()) {
      return;
    }
    Runnable acknowledged =
        () ->
            host.later(
                () -> {
                  replayOut = false;
                  backlog.acknowledge(batch.last());
                });
    replayOut =
        connection.publish(topics.data("backlog"), Payloads.backlog(batch), 1, false, acknowledged);
    if (replayOut) {
      host.published();
    }
  }

  /** Home Assistant has started: it is told again, but not by all devices in the same moment. */
  void onHomeAssistant(Connection.Message message) {
    boolean started =
        discovery.isPresent()
            && message.topic().equals(discovery.get().statusTopic())
            && !message.retained()
            && new String(message.payload(), StandardCharsets.US_ASCII).equals("online");
    if (started) {
      nextDiscovery = host.nanos() + host.random(HOME_ASSISTANT_DELAY.toNanos());
    }
  }

  private void discover() {
    nextDiscovery = NEVER;
    discovery.ifPresent(
        known ->
            known
                .message()
                .ifPresent(
                    message -> {
                      if (send(known.topic(), Payloads.bytes(message), 1, true)) {
                        known.published();
                      }
                    }));
  }

  /** Takes the device away from Home Assistant, unless the new settings keep it there. */
  void undiscover(MqttSettings changed) {
    boolean stays =
        changed.enabled()
            && changed.homeAssistant().equals(settings.homeAssistant())
            && changed.url().equals(settings.url());
    if (!stays) {
      discovery.ifPresent(known -> send(known.topic(), new byte[0], 1, true));
    }
  }

  /** Empties every topic that the broker keeps for us; the goodbye leaves nothing there either. */
  void forget() {
    forgotten = true;
    send(topics.status(), new byte[0], 1, true);
    send(topics.info(), new byte[0], 1, true);
    send(topics.updateState(), new byte[0], 1, true);
    discovery.ifPresent(known -> send(known.topic(), new byte[0], 1, true));
    if (settings.publish().retain()) {
      lastValues.keySet().forEach(name -> send(topics.data(name), new byte[0], 1, true));
    }
  }

  /** Says that the device goes on purpose. */
  void sayShutdown(Consumer<Boolean> done) {
    ObjectNode shutdown = host.dated().put("state", "offline").put("reason", "shutdown");
    byte[] goodbye = forgotten ? new byte[0] : Payloads.bytes(shutdown);
    boolean sent = connection.publish(topics.status(), goodbye, 1, true, () -> done.accept(true));
    if (!sent) {
      done.accept(false);
    }
  }

  private boolean send(String topic, byte[] payload, int qos, boolean retained) {
    boolean sent = connection.publish(topic, payload, qos, retained, () -> {});
    if (sent) {
      host.published();
    }
    return sent;
  }
}
