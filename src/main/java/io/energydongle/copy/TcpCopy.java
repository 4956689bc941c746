// SPDX-License-Identifier: Apache-2.0
package io.energydongle.copy;

import io.energydongle.config.Ipv4;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.CopyStatus;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy over TCP: whoever connects gets the bytes of the meter from the next telegram on, and
 * can send nothing to it. One thread and one selector; a client that does not take its bytes loses
 * telegrams of its own and nothing else.
 */
final class TcpCopy {

  private static final Logger LOG = LoggerFactory.getLogger(TcpCopy.class);

  static final int CLIENTS_MAX = 4;

  private static final int BACKLOG = 4;
  private static final int SEND_BUFFER_BYTES = 16 * 1024;
  private static final int KEEPALIVE_IDLE_SECONDS = 30;
  private static final int KEEPALIVE_INTERVAL_SECONDS = 10;
  private static final int KEEPALIVE_COUNT = 3;
  private static final long LOOK_MILLIS = 1_000;
  private static final long STUCK_NANOS = Duration.ofSeconds(60).toNanos();
  private static final Duration STOP_LIMIT = Duration.ofMillis(500);

  private final InetSocketAddress address;
  private final List<Ipv4> allow;
  private final MonotonicClock clock;
  private final Selector selector;
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::run, "copy TCP");
  private @Nullable ServerSocketChannel listener;
  private volatile Optional<String> listensOn = Optional.empty();
  private volatile Optional<String> fault = Optional.empty();
  private volatile boolean stopping;

  /**
   * A server that does nothing before {@link #start()}.
   *
   * @param allow who may connect; empty for everybody.
   * @throws IOException when the machine has no selector left.
   */
  TcpCopy(InetSocketAddress address, List<Ipv4> allow, MonotonicClock clock) throws IOException {
    this.address = address;
    this.allow = allow;
    this.clock = clock;
    this.selector = Selector.open();
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Closes everything; takes at most half a second. */
  void stop() {
    stopping = true;
    selector.wakeup();
    try {
      thread.join(STOP_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hands on bytes that belong to one telegram; never waits. */
  void add(byte[] bytes, int from, int to, boolean begins) {
    for (Follower follower : followers) {
      follower.queue().add(bytes, from, to, begins);
    }
  }

  /** What was added is to be sent. */
  void flush() {
    if (!followers.isEmpty()) {
      selector.wakeup();
    }
  }

  CopyStatus.Tcp status() {
    return new CopyStatus.Tcp(listensOn, fault, followers.stream().map(Follower::status).toList());
  }

  private void run() {
    try {
      while (!stopping) {
        if (listener == null) {
          bind();
        }
        selector.select(this::ready, LOOK_MILLIS);
        long now = clock.nanos();
        followers.forEach(follower -> attend(follower, false, now));
      }
    } catch (IOException e) {
      LOG.error("the copy over TCP ends: {}", e.toString());
      fault = Optional.of("P1 copy: the TCP port failed (" + e.getMessage() + ").");
    } finally {
      listensOn = Optional.empty();
      followers.forEach(Follower::close);
      followers.clear();
      close(listener);
      close(selector);
    }
  }

  private void bind() {
    ServerSocketChannel opened = null;
    try {
      opened = ServerSocketChannel.open(StandardProtocolFamily.INET);
      opened.configureBlocking(false);
      opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      opened.bind(address, BACKLOG);
      opened.register(selector, SelectionKey.OP_ACCEPT);
      listener = opened;
      InetSocketAddress bound = (InetSocketAddress) opened.getLocalAddress();
      listensOn = Optional.of(bound.getHostString() + ":" + bound.getPort());
      fault = Optional.empty();
      LOG.info("the bytes of the meter are copied to whoever connects to {}", bound);
    } catch (IOException e) {
      close(opened);
      String sentence =
          "P1 copy: cannot listen on TCP port "
              + address.getPort()
              + " ("
              + e.getMessage()
              + "); choose another one under Outputs, or stop the program that has it.";
      if (!fault.equals(Optional.of(sentence))) {
        LOG.error("{}", sentence);
      }
      fault = Optional.of(sentence);
    }
  }

  private void ready(SelectionKey key) {
    if (key.isValid() && key.attachment() instanceof Follower follower) {
      attend(follower, key.isReadable(), clock.nanos());
    } else if (key.isValid()) {
      accept();
    }
  }

  private void attend(Follower follower, boolean readable, long now) {
    try {
      if (readable && !follower.listen()) {
        drop(follower);
        return;
      }
      follower.send(now);
    } catch (IOException e) {
      drop(follower);
    }
  }

  private void accept() {
    ServerSocketChannel from = listener;
    try {
      SocketChannel channel = from == null ? null : from.accept();
      if (channel != null) {
        admit(channel);
      }
    } catch (IOException e) {
      LOG.debug("accept: {}", e.toString());
    }
  }

  private void admit(SocketChannel channel) {
    long now = clock.nanos();
    try {
      InetAddress peer = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
      int bits = ByteBuffer.wrap(peer.getAddress()).getInt();
      if (!allow.isEmpty() && allow.stream().noneMatch(network -> network.contains(bits))) {
        LOG.info("refused {} the copy: it is not in outputs.copy_allow", peer.getHostAddress());
        channel.close();
        return;
      }
      if (followers.size() >= CLIENTS_MAX) {
        followers.stream()
            .filter(follower -> follower.stuckNanos(now) > STUCK_NANOS)
            .findFirst()
            .ifPresent(this::drop);
      }
      if (followers.size() >= CLIENTS_MAX) {
        LOG.info("refused {} the copy: {} clients have it", peer.getHostAddress(), CLIENTS_MAX);
        channel.close();
        return;
      }
      configure(channel);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      Follower follower = new Follower(channel, key, peer.getHostAddress(), now);
      key.attach(follower);
      followers.add(follower);
    } catch (IOException e) {
      // It was gone before it was here.
      close(channel);
    }
  }

  private static void configure(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
    channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL_SECONDS);
    channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_COUNT);
  }

  private void drop(Follower follower) {
    follower.close();
    followers.remove(follower);
  }

  private static void close(@Nullable Closeable open) {
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      LOG.debug("close: {}", e.toString());
    }
  }
}
