// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.config.MqttSettings;
import io.energydongle.config.Secret;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its first try to its end, used once. No method waits for the broker. What
 * happens is told to a {@link Listener} on a thread of Paho's, which must not be held up.
 */
final class Connection {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private static final Duration SETTLED_MAX = Duration.ofSeconds(60);
  private static final int IN_FLIGHT_MAX = 20;
  private static final int SUBSCRIPTION_REFUSED = 0x80;

  /** Told what happens, quickly handing it over to a thread of its own. */
  interface Listener {
    void connected(Connection connection);

    /** The try failed, or the connection was lost; said once. */
    void failed(Connection connection, Fault fault);

    void received(Connection connection, Message message);

    void subscriptionRefused(Connection connection, String topic);
  }

  /** What came in. */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Message(String topic, byte[] payload, boolean retained) {}

  /** What the broker says when we vanish. */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Will(String topic, byte[] payload) {}

  private final MqttAsyncClient client;
  private final Dialer dialer;
  private final Pings pings;
  private final Listener listener;
  private final AtomicInteger unsent = new AtomicInteger();
  private volatile boolean online;
  private boolean ended;

  private Connection(MqttAsyncClient client, Dialer dialer, Pings pings, Listener listener) {
    this.client = client;
    this.dialer = dialer;
    this.pings = pings;
    this.listener = listener;
  }

  /** Begins a try. */
  static Connection open(
      MqttSettings settings,
      String clientId,
      Dialer dialer,
      @Nullable Will will,
      Duration keepAlive,
      Listener listener)
      throws MqttException {
    // Memory, because the default writes into the working directory.
    Pings pings = new Pings(dialer.clock());
    MqttAsyncClient client =
        new MqttAsyncClient(Dialer.URI, clientId, new MemoryPersistence(), pings);
    Connection connection = new Connection(client, dialer, pings, listener);
    client.setCallback(connection.new Callback());
    MqttConnectOptions options = new MqttConnectOptions();
    options.setSocketFactory(dialer);
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(true);
    options.setAutomaticReconnect(false);
    options.setKeepAliveInterval((int) Math.max(1, keepAlive.toSeconds()));
    options.setMaxInflight(IN_FLIGHT_MAX);
    if (!settings.user().isEmpty()) {
      options.setUserName(settings.user());
      options.setPassword(settings.password().map(Secret::text).orElse("").toCharArray());
    }
    if (will != null) {
      options.setWill(will.topic(), will.payload(), 1, true);
    }
    try {
      client.connect(
          options,
          null,
          new Outcome(
              () -> {
                connection.online = true;
                listener.connected(connection);
              },
              connection::fail));
    } catch (MqttException e) {
      dialer.abandon();
      connection.dispose();
      throw e;
    }
    return connection;
  }

  private void fail(@Nullable Throwable reported) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    listener.failed(this, Fault.of(dialer.faults(), reported, online));
  }

  /** True once the broker has accepted the connection, whatever came then. */
  boolean wasConnected() {
    return dialer.wasConnected();
  }

  /** When the broker sent its last byte, by the monotonic clock. */
  long heardNanos() {
    return dialer.heardNanos();
  }

  /** When the client library wants to be woken, by whoever owns this connection. */
  Pings pings() {
    return pings;
  }

  /** Messages that have not left this device yet, or not been acknowledged. */
  int unsent() {
    return unsent.get();
  }

  /**
   * Hands a message over.
   *
   * @param done told when it is sent, or with QoS 1 acknowledged; not told when it never is.
   * @return false when there is no room, or no connection.
   */
  boolean publish(String topic, byte[] payload, int qos, boolean retained, Runnable done) {
    unsent.incrementAndGet();
    try {
      MqttMessage message = new MqttMessage(payload);
      message.setQos(qos);
      message.setRetained(retained);
      client.publish(
          topic,
          message,
          null,
          new Outcome(
              () -> {
                unsent.decrementAndGet();
                done.run();
              },
              fault -> unsent.decrementAndGet()));
      return true;
    } catch (MqttException | RuntimeException e) {
      unsent.decrementAndGet();
      LOG.debug("not published to {}: {}", topic, e.toString());
      return false;
    }
  }

  /** Asks for the messages of a topic. */
  void subscribe(String topic) {
    Runnable refused = () -> listener.subscriptionRefused(this, topic);
    try {
      client.subscribe(
          topic,
          1,
          null,
          new IMqttActionListener() {
            @Override
            public void onSuccess(IMqttToken done) {
              int[] granted = done.getGrantedQos();
              if (granted != null && granted.length > 0 && granted[0] == SUBSCRIPTION_REFUSED) {
                refused.run();
              }
            }

            @Override
            public void onFailure(IMqttToken done, @Nullable Throwable fault) {
              if (client.isConnected()) {
                refused.run();
              }
            }
          });
    } catch (MqttException | RuntimeException e) {
      LOG.debug("not subscribed to {}: {}", topic, e.toString());
    }
  }

  /** Says goodbye, so that the last will is not published, and waits a moment for that to leave. */
  void closeCleanly(Duration limit) {
    synchronized (this) {
      ended = true;
    }
    CountDownLatch gone = new CountDownLatch(1);
    try {
      client.disconnect(
          limit.toMillis(), null, new Outcome(gone::countDown, fault -> gone.countDown()));
      if (!gone.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("the broker was left without a goodbye");
      }
    } catch (MqttException | RuntimeException e) {
      LOG.debug("no goodbye: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    dispose();
  }

  /**
   * Throws everything away, whatever state it is in. On a thread of its own, because Paho waits for
   * its threads here, and one of them may be ours.
   */
  void dispose() {
    synchronized (this) {
      ended = true;
    }
    dialer.close();
    Thread disposal =
        new Thread(
            () -> {
              try {
                dialer.awaitSettled(SETTLED_MAX);
                client.disconnectForcibly(0, 200, false);
              } catch (MqttException | RuntimeException e) {
                LOG.trace("was disconnected: {}", e.toString());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              try {
                client.close(true);
              } catch (MqttException | RuntimeException e) {
                LOG.debug("not closed: {}", e.toString());
              }
            },
            "mqtt disposal");
    disposal.setDaemon(true);
    disposal.start();
  }

  /** What Paho calls when something asked for is done. Lets no exception out. */
  private static final class Outcome implements IMqttActionListener {
    private final Runnable good;
    private final Consumer<@Nullable Throwable> bad;

    Outcome(Runnable good, Consumer<@Nullable Throwable> bad) {
      this.good = good;
      this.bad = bad;
    }

    @Override
    public void onSuccess(IMqttToken token) {
      safely(good);
    }

    @Override
    public void onFailure(IMqttToken token, @Nullable Throwable fault) {
      safely(() -> bad.accept(fault));
    }
  }

  /** What Paho calls by itself. Lets no exception out: Paho would drop the connection. */
  private final class Callback implements MqttCallback {
    @Override
    public void connectionLost(@Nullable Throwable cause) {
      safely(() -> fail(cause));
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      safely(
          () ->
              listener.received(
                  Connection.this, new Message(topic, message.getPayload(), message.isRetained())));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      // Told to the Outcome of each message.
    }
  }

  private static void safely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("fault in a callback", e);
    }
  }

  /** Live threads of the client library; they do not grow when all is well. */
  static int threads() {
    Thread[] all = new Thread[2 * Thread.activeCount() + 16];
    int count = Thread.enumerate(all);
    return (int)
        Arrays.stream(all, 0, count).filter(thread -> thread.getName().startsWith("MQTT ")).count();
  }
}
