// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.config.MqttSettings;
import io.energydongle.identity.IdentityException;
import io.energydongle.snapshot.MonotonicClock;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try to reach a broker: opens the connection, proves that it is the right one, and remembers
 * what went wrong first. Travels to {@link MqttsModule} in the place of a socket factory, so that
 * the host name need not be one that {@link java.net.URI} likes (a low line is enough).
 *
 * <p>Source: {@code platform.md} 1.1, "Cure".
 */
final class Dialer extends SocketFactory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

  static final String SCHEME = "mqtts";

  /** What Paho is told; where it leads is decided here. */
  static final String URI = SCHEME + "://broker";

  private static final int CONNECT_MILLIS = 10_000;
  private static final int HANDSHAKE_MILLIS = 10_000;
  private static final int ADDRESSES_MAX = 4;
  private static final int FAULTS_MAX = 4;

  /** How long after the connect bad news is held back at least. */
  private static final Duration HELD_BACK = Duration.ofMillis(400);

  private static final Duration HELD_BACK_MAX = Duration.ofSeconds(10);

  /** Turns a name into addresses; the JDK's own way outside of tests. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /**
   * Whom to reach, and how to know it.
   *
   * @param pin SHA-256 of the public key, hexadecimal; empty for any.
   */
  record Target(String host, int port, SSLContext tls, String pin, Resolver resolver) {}

  /** A name for the broker to choose its certificate by; unlike the JDK's with low lines too. */
  private static final class AnyHostName extends SNIServerName {
    AnyHostName(String host) {
      super(StandardConstants.SNI_HOST_NAME, host.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private final Target target;
  private final MonotonicClock clock;
  private final CountDownLatch settled = new CountDownLatch(1);
  private final List<Throwable> faults = new ArrayList<>();
  private @Nullable Socket plain;
  private @Nullable SSLSocket secure;
  private long connectedNanos;
  private boolean closed;
  private volatile long heardNanos;

  Dialer(Target target, MonotonicClock clock) {
    this.target = target;
    this.clock = clock;
  }

  /**
   * A try to reach the broker of these settings, as this device.
   *
   * @param waiting shows the certificate that no broker has accepted yet.
   */
  static Dialer of(
      MqttSettings settings,
      DeviceIdentity identity,
      boolean waiting,
      Resolver resolver,
      MonotonicClock clock)
      throws IdentityException {
    return new Dialer(
        new Target(
            settings.host(),
            settings.port(),
            identity.tls(settings, waiting),
            settings.trust().pin(),
            resolver),
        clock);
  }

  /** Connects, shakes hands and checks; closes everything when one of them fails. */
  void dial() throws IOException {
    try {
      Socket socket = connect();
      SSLSocket tls =
          (SSLSocket)
              target
                  .tls()
                  .getSocketFactory()
                  .createSocket(socket, target.host(), target.port(), true);
      boolean ownNameCheck = BrokerName.isForeignToTheJdk(target.host());
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      if (!ownNameCheck) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      if (!BrokerName.isAddress(target.host())) {
        parameters.setServerNames(List.of(new AnyHostName(target.host())));
      }
      tls.setSSLParameters(parameters);
      tls.setSoTimeout(HANDSHAKE_MILLIS);
      tls.startHandshake();
      if (ownNameCheck) {
        BrokerName.check(target.host(), tls.getSession());
      }
      BrokerName.checkPin(target.pin(), tls.getSession());
      tls.setSoTimeout(0);
      synchronized (this) {
        secure = tls;
        connectedNanos = clock.nanos();
        heardNanos = connectedNanos;
      }
    } catch (IOException | RuntimeException e) {
      remember(e);
      close();
      settled.countDown();
      throw e;
    }
  }

  private Socket connect() throws IOException {
    InetAddress[] addresses = target.resolver().resolve(target.host());
    IOException last = new UnknownHostException(target.host());
    for (int i = 0; i < Math.min(addresses.length, ADDRESSES_MAX); i++) {
      Socket socket = new Socket();
      synchronized (this) {
        if (closed) {
          throw new SocketException("given up");
        }
        plain = socket;
      }
      try {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.connect(new InetSocketAddress(addresses[i], target.port()), CONNECT_MILLIS);
        return socket;
      } catch (IOException e) {
        last = e;
        socket.close();
      }
    }
    throw last;
  }

  InputStream input() throws IOException {
    SSLSocket tls = socket();
    return new GuardedInput(
        tls.getInputStream(), this::remember, this::holdBack, () -> heardNanos = clock.nanos());
  }

  OutputStream output() throws IOException {
    return new FilterOutputStream(socket().getOutputStream()) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        settled.countDown();
        try {
          out.write(bytes, offset, length);
        } catch (IOException e) {
          remember(e);
          throw e;
        }
      }
    };
  }

  private synchronized SSLSocket socket() throws IOException {
    if (secure == null || closed) {
      settled.countDown(); // Paho gives up here by itself.
      throw new SocketException("not connected");
    }
    return secure;
  }

  /**
   * Holds back bad news: Paho's connect thread waits for its other threads to run, and waits for
   * ever when one has ended before it looked. It is past that when the first packet is written.
   */
  private void holdBack() {
    long until;
    synchronized (this) {
      until = connectedNanos + HELD_BACK.toNanos();
    }
    boolean interrupted = false;
    boolean over = false;
    while (!over) {
      try {
        awaitSettled(HELD_BACK_MAX);
        long left = until - clock.nanos();
        if (left > 0) {
          TimeUnit.NANOSECONDS.sleep(left);
        }
        over = true;
      } catch (InterruptedException e) {
        // Paho interrupts when it gives up, which must not end the wait either.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until Paho's connect thread waits for nobody any more; see {@link #holdBack}. */
  void awaitSettled(Duration limit) throws InterruptedException {
    boolean done = settled.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (!done) {
      LOG.debug("the client library did not send its first packet");
    }
  }

  /** There will be no connection, so nobody waits for its threads. */
  void abandon() {
    settled.countDown();
  }

  private synchronized void remember(Throwable fault) {
    // What breaks because we have closed it ourselves tells nothing.
    if (!closed && faults.size() < FAULTS_MAX) {
      faults.add(fault);
    }
  }

  /** What went wrong, the first first. */
  synchronized List<Throwable> faults() {
    return List.copyOf(faults);
  }

  MonotonicClock clock() {
    return clock;
  }

  /** When the broker sent its last byte, by the monotonic clock. */
  long heardNanos() {
    return heardNanos;
  }

  /** True once the broker has accepted the connection, whatever came then. */
  synchronized boolean wasConnected() {
    return plain != null && plain.isConnected();
  }

  /**
   * Closes at once. The TCP socket goes, not the TLS one: that one would wait for a writer that a
   * frozen broker holds.
   */
  @Override
  public void close() {
    Socket socket;
    synchronized (this) {
      closed = true;
      socket = plain;
    }
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // It is gone all the same.
    }
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }
}
