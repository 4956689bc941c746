// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.config.MqttSettings;
import io.energydongle.identity.IdentityException;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.ClockState;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttException;

/** One try with settings that are not in force yet, for the button on the page. */
final class BrokerTrial {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  private BrokerTrial() {}

  /** Tries, waits at most {@code limit}, and says in one sentence what came of it. */
  static String run(
      MqttSettings settings,
      DeviceIdentity identity,
      String clientId,
      Dialer.Resolver resolver,
      ClockState clock,
      MonotonicClock monotonic,
      Duration limit) {
    String broker = settings.host() + ":" + settings.port();
    if (settings.url().isEmpty()) {
      return "Enter the address of a broker first, such as mqtts://broker.example.com.";
    }
    Dialer dialer;
    try {
      dialer = Dialer.of(settings, identity, false, resolver, monotonic);
    } catch (IdentityException e) {
      return Fault.of(e).sentence(broker, clock);
    }
    BlockingQueue<String> answer = new ArrayBlockingQueue<>(1);
    Connection.Listener listener =
        new Connection.Listener() {
          @Override
          public void connected(Connection connection) {
            answer.offer("The broker " + broker + " let this device in.");
          }

          @Override
          public void failed(Connection connection, Fault fault) {
            answer.offer(fault.sentence(broker, clock));
          }

          @Override
          public void received(Connection connection, Connection.Message message) {
            // Nothing was asked for.
          }

          @Override
          public void subscriptionRefused(Connection connection, String topic) {
            // Nothing was asked for.
          }
        };
    try {
      Connection connection =
          Connection.open(settings, clientId, dialer, null, KEEP_ALIVE, listener);
      String said = answer.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (said == null) {
        said = Fault.timedOut(connection.wasConnected()).sentence(broker, clock);
        connection.dispose();
      } else {
        connection.closeCleanly(Duration.ofMillis(500));
      }
      return said;
    } catch (MqttException e) {
      return Fault.of(dialer.faults(), e, false).sentence(broker, clock);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "The trial was given up.";
    }
  }
}
