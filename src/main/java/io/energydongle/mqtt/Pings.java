// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.snapshot.MonotonicClock;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttPingSender;
import org.eclipse.paho.client.mqttv3.internal.ClientComms;
import org.jspecify.annotations.Nullable;

/**
 * When the client library wants to be woken to look whether the broker is alive. Its own way is a
 * thread for each connection.
 */
final class Pings implements MqttPingSender {

  private final MonotonicClock clock;
  private volatile @Nullable ClientComms client;
  private volatile boolean running;
  private volatile long dueNanos;

  Pings(MonotonicClock clock) {
    this.clock = clock;
  }

  /** By the monotonic clock; far away when nobody wants to be woken. */
  long dueNanos() {
    return running ? dueNanos : clock.nanos() + TimeUnit.DAYS.toNanos(1);
  }

  /** Wakes the client library if it is time. */
  void tick() {
    ClientComms awake = client;
    if (awake != null && running && clock.nanos() - dueNanos >= 0) {
      // Until it says when it wants to be woken next.
      dueNanos = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(awake.getKeepAlive());
      awake.checkForActivity();
    }
  }

  @Override
  public void init(ClientComms comms) {
    client = comms;
  }

  @Override
  public void start() {
    ClientComms started = client;
    if (started != null) {
      schedule(started.getKeepAlive());
      running = true;
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public void schedule(long delayMillis) {
    dueNanos = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
  }
}
