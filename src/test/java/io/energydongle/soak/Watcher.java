// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Listens to everything that one gateway publishes; comes back whenever the broker does. */
final class Watcher implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long AGAIN_MILLIS = 300;

  /** The rest of the minute, the longest pause between two tries, and some time to send. */
  private static final Duration MINUTE_COMES_WITHIN = Duration.ofSeconds(60 + 120 + 30);

  private final Site site;
  private final String topics;
  private final MqttClient client;
  private final Minutes minutes;
  private final Thread thread;
  private volatile boolean closed;
  private long lastSequence;
  private int lastStarts;

  /** Watches by a door without TLS. */
  Watcher(Site site, int port, String topics) throws MqttException {
    this.site = site;
    this.topics = topics;
    minutes = new Minutes(site.kind);
    client =
        new MqttClient(
            "tcp://127.0.0.1:" + port, MqttClient.generateClientId(), new MemoryPersistence());
    thread = new Thread(this::stayConnected, "watcher " + site.name());
    thread.setDaemon(true);
    thread.start();
  }

  private void stayConnected() {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setConnectionTimeout(5);
    client.setTimeToWait(10_000);
    try {
      while (!closed) {
        if (!client.isConnected()) {
          connect(options);
        }
        Thread.sleep(AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void connect(MqttConnectOptions options) {
    try {
      client.connect(options);
      client.subscribe(topics + "/#", 1, (topic, message) -> take(topic, message));
    } catch (MqttException e) {
      // The broker is away.
    }
  }

  private synchronized void take(String topic, MqttMessage message) {
    try {
      if (topic.equals(topics + "/data/telegram")) {
        telegram(JSON.readTree(message.getPayload()));
      } else if (topic.equals(topics + "/data/backlog")) {
        site.report.answers.incrementAndGet();
        JsonNode records = JSON.readTree(message.getPayload());
        minutes
            .take(records, site.ledger.newest(), site.service.starts())
            .forEach(fault -> site.wrong("backlog", fault));
      }
    } catch (IOException | RuntimeException e) {
      site.wrong("MQTT", "a message that cannot be understood on " + topic + ": " + e);
    }
  }

  private void telegram(JsonNode reading) {
    site.published("MQTT", Said.ofReading(reading), site.seenByBroker);
    long sequence = reading.path("seq").asLong(-1);
    int starts = site.service.starts();
    boolean again = sequence == lastSequence && reading.path("stale").asBoolean();
    boolean anew = sequence <= lastSequence && starts > lastStarts;
    if (sequence <= lastSequence && !again && !anew) {
      site.wrong("MQTT", "expected a seq above " + lastSequence + ", came " + sequence);
    }
    if (anew || lastStarts == 0) {
      lastStarts = starts;
    }
    lastSequence = sequence;
  }

  /** The broker was away until now: the minutes have to come. */
  synchronized void brokerWasAway(Instant since, long sinceNanos) {
    if (!site.service.clockIsTrueSince(sinceNanos)) {
      return;
    }
    Instant middle = since.plusMillis(since.until(Instant.now(), ChronoUnit.MILLIS) / 2);
    String minute = middle.truncatedTo(ChronoUnit.MINUTES).toString();
    minutes.expect(minute, System.nanoTime() + MINUTE_COMES_WITHIN.toNanos());
  }

  /** The process is killed: what waits may be lost. */
  synchronized void forgetMinutes() {
    minutes.expectNothing();
  }

  /** Judges what has not come. */
  synchronized int end() {
    minutes
        .overdue(System.nanoTime())
        .forEach(
            minute -> site.wrong("backlog", "expected the minute " + minute + ", it did not come"));
    return minutes.size();
  }

  @Override
  public void close() throws MqttException {
    closed = true;
    thread.interrupt();
    try {
      client.disconnectForcibly(100, 100);
    } catch (MqttException e) {
      // It was not connected.
    }
    client.close(true);
  }
}
