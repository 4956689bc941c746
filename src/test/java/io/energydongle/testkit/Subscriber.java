// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Somebody who watches all topics of a broker, and publishes. */
public final class Subscriber implements AutoCloseable {

  /** A message as it came. */
  public record Message(String topic, String payload, boolean retained, int qos) {
    /** The payload as JSON. */
    public JsonNode json() {
      try {
        return new ObjectMapper().readTree(payload);
      } catch (IOException e) {
        throw new UncheckedIOException(payload, e);
      }
    }
  }

  private final MqttClient client;
  private final List<Message> messages = new CopyOnWriteArrayList<>();

  /** Connects to a door without TLS. */
  public Subscriber(int port) throws MqttException {
    client =
        new MqttClient(
            "tcp://127.0.0.1:" + port, MqttClient.generateClientId(), new MemoryPersistence());
    connect();
  }

  /** Connects again, after the broker was away. */
  public void connect() throws MqttException {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setConnectionTimeout(10);
    client.setTimeToWait(10_000);
    client.connect(options);
    client.subscribe(
        "#",
        2,
        (topic, message) ->
            messages.add(
                new Message(
                    topic,
                    new String(message.getPayload(), StandardCharsets.UTF_8),
                    message.isRetained(),
                    message.getQos())));
  }

  /** Everything so far. */
  public List<Message> all() {
    return messages;
  }

  /** Everything on topics that end like that. */
  public List<Message> on(String end) {
    return messages.stream().filter(message -> message.topic().endsWith(end)).toList();
  }

  /** Publishes. */
  public void publish(String topic, String payload, boolean retained) throws MqttException {
    client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), 1, retained);
  }

  @Override
  public void close() {
    try {
      client.disconnect(500);
    } catch (MqttException e) {
      // It was not connected.
    }
    try {
      client.close(true);
    } catch (MqttException e) {
      throw new IllegalStateException(e);
    }
  }
}
