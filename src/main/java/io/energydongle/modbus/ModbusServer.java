// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.config.OutputSettings;
import io.energydongle.snapshot.MonotonicClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Modbus TCP server. One thread and one selector for everything: no client can hold a thread, wait
 * in a queue or delay another one for longer than it takes to answer a request.
 *
 * <p>Survives what the network and the machine can do to it: a port that is taken is tried again,
 * no free file descriptor means a short pause, a fault in one connection ends that connection.
 *
 * <p>Source: {@code modbus.md} sections 3 and 4.
 */
public final class ModbusServer implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(ModbusServer.class);

  private static final int BACKLOG = 16;
  private static final int ACCEPTS_PER_TURN = 16;
  private static final int SEND_BUFFER_BYTES = 16 * 1024;
  private static final int KEEPALIVE_IDLE_SECONDS = 10;
  private static final int KEEPALIVE_INTERVAL_SECONDS = 5;
  private static final int KEEPALIVE_COUNT = 3;
  private static final long TICK_MILLIS = 500;
  private static final long TICK_NANOS = Duration.ofMillis(TICK_MILLIS).toNanos();
  private static final long ACCEPT_PAUSE_NANOS = Duration.ofMillis(200).toNanos();
  private static final long BIND_PAUSE_NANOS_MIN = Duration.ofSeconds(1).toNanos();
  private static final long BIND_PAUSE_NANOS_MAX = Duration.ofSeconds(30).toNanos();
  private static final long STATUS_NANOS = Duration.ofSeconds(1).toNanos();

  /**
   * How the server is doing.
   *
   * @param address where it listens; empty while it cannot.
   * @param fault why it does not listen; empty while it does.
   * @param peers clients seen, the one that was active last at the end.
   */
  public record Status(
      Optional<InetSocketAddress> address, Optional<String> fault, List<PeerStatus> peers) {
    public Status {
      peers = List.copyOf(peers);
    }
  }

  private final InetSocketAddress address;
  private volatile int maxClients;
  private volatile OutputSettings outputs = OutputSettings.DEFAULT;
  private final RequestHandler handler;
  private final MonotonicClock clock;
  private final Peers peers = new Peers();
  private final LogLimiter logLimiter = new LogLimiter();

  /** Faults have lines of their own, so that a busy network cannot hide them. */
  private final LogLimiter faultLogLimiter = new LogLimiter();

  private final List<Client> clients = new ArrayList<>();
  private final Selector selector;

  /** Made once: C1 makes a capturing lambda slowly. */
  private final Consumer<SelectionKey> onReady = this::ready;

  private @Nullable ServerSocketChannel listener;
  private @Nullable SelectionKey listenerKey;
  private boolean acceptPaused;
  private long acceptAgainNanos;
  private long bindAgainNanos;
  private long bindPauseNanos = BIND_PAUSE_NANOS_MIN;
  private long statusNanos;
  private long tickNanos;
  private volatile boolean stopping;
  private volatile long turns;
  private volatile Status status = new Status(Optional.empty(), Optional.empty(), List.of());

  /**
   * A server that listens as soon as it runs.
   *
   * @param address where to listen; port 0 takes any free port.
   * @param maxClients connections served at a time, 1 or more.
   * @throws IOException when the machine has no selector left.
   */
  public ModbusServer(
      InetSocketAddress address, int maxClients, ServedMaps maps, MonotonicClock clock)
      throws IOException {
    this.address = address;
    this.maxClients = maxClients;
    this.handler = new RequestHandler(maps);
    this.clock = clock;
    this.bindAgainNanos = clock.nanos();
    this.tickNanos = bindAgainNanos;
    this.selector = Selector.open();
  }

  /** From now on so many connections at a time; those who are there may stay. */
  public void useMaxClients(int clients) {
    maxClients = clients;
  }

  /** From now on open or closed, and to whom; those who may no longer be here have to go. */
  public void useOutputs(OutputSettings chosen) {
    outputs = chosen;
  }

  /** How the server is doing; at most a second old. */
  public Status status() {
    return status;
  }

  /** How often it has looked after itself: some times a second. For the watchdog. */
  public long turns() {
    return turns;
  }

  /** Ends the thread, which closes every connection on its way out. */
  public void stop() {
    stopping = true;
    selector.wakeup();
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        long now = clock.nanos();
        if (now - tickNanos >= 0) {
          tick(now);
        }
        selector.select(onReady, TICK_MILLIS);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the selector of the Modbus server failed", e);
    } finally {
      closeAll();
    }
  }

  /** What has to be looked at from time to time, however busy the clients are. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Only this thread counts.
  private void tick(long now) {
    turns++;
    tickNanos = now + TICK_NANOS;
    closeWhenSwitchedOff(now);
    bindWhenDue(now);
    acceptAgainWhenDue(now);
    closeExpired(now);
    publishStatus(now, false);
  }

  private void bindWhenDue(long now) {
    if (!outputs.modbus() || listener != null || now - bindAgainNanos < 0) {
      return;
    }
    ServerSocketChannel opened = null;
    try {
      opened = ServerSocketChannel.open(StandardProtocolFamily.INET);
      opened.configureBlocking(false);
      opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      opened.bind(address, BACKLOG);
      listenerKey = opened.register(selector, SelectionKey.OP_ACCEPT);
      listener = opened;
      bindPauseNanos = BIND_PAUSE_NANOS_MIN;
      publishStatus(now, true);
      LOG.info("Modbus TCP listens on {}", opened.getLocalAddress());
    } catch (IOException e) {
      close(opened);
      bindFailed(e, now);
    }
  }

  private void closeWhenSwitchedOff(long now) {
    OutputSettings chosen = outputs;
    for (Client client : List.copyOf(clients)) {
      if (!chosen.modbus() || !isAllowed(chosen, client.address())) {
        drop(client);
      }
    }
    if (!chosen.modbus() && listener != null) {
      close(listener);
      listener = null;
      listenerKey = null;
      acceptPaused = false;
      publishStatus(now, true);
      LOG.info("Modbus TCP is switched off");
    }
  }

  private static boolean isAllowed(OutputSettings chosen, InetAddress from) {
    int bits = ByteBuffer.wrap(from.getAddress()).getInt();
    return chosen.modbusAllow().isEmpty()
        || chosen.modbusAllow().stream().anyMatch(network -> network.contains(bits));
  }

  private void bindFailed(IOException e, long now) {
    String fault =
        "Modbus TCP cannot listen on "
            + address.getHostString()
            + ":"
            + address.getPort()
            + " ("
            + e.getMessage()
            + "); ports below 1024 need the systemd service, a port in use needs its program"
            + " stopped, an address has to be one of this host; or set modbus.port and"
            + " modbus.address in the board file";
    if (!status.fault().equals(Optional.of(fault))) {
      LOG.error("{}", fault);
    }
    status = new Status(Optional.empty(), Optional.of(fault), peers.status());
    bindAgainNanos = now + bindPauseNanos;
    bindPauseNanos = Math.min(2 * bindPauseNanos, BIND_PAUSE_NANOS_MAX);
  }

  private void ready(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.attachment() instanceof Client client) {
      serve(client);
    } else {
      accept();
    }
  }

  private void serve(Client client) {
    try {
      switch (client.ready(clock.nanos())) {
        case OPEN -> {}
        case ENDED -> drop(client);
        case VIOLATION -> {
          client.peer().violation();
          String peer = client.address().getHostAddress();
          if (logLimiter.allows(peer, clock.nanos())) {
            LOG.info("{} sent bytes that are no Modbus TCP; connection closed", peer);
          }
          drop(client);
        }
      }
    } catch (RuntimeException e) {
      // One client must not take the others with it.
      if (faultLogLimiter.allows("fault", clock.nanos())) {
        LOG.error("connection of {} closed after a fault", client.address().getHostAddress(), e);
      }
      drop(client);
    }
  }

  private void accept() {
    ServerSocketChannel from = listener;
    try {
      for (int i = 0; from != null && i < ACCEPTS_PER_TURN; i++) {
        SocketChannel channel = from.accept();
        if (channel == null) {
          return;
        }
        admit(channel);
      }
    } catch (IOException e) {
      // Mostly: no file descriptor left. Those who are connected go on being served.
      if (faultLogLimiter.allows("accept", clock.nanos())) {
        LOG.warn("cannot take new Modbus connections for the moment: {}", e.toString());
      }
      pauseAccepting();
    }
  }

  private void admit(SocketChannel channel) {
    long now = clock.nanos();
    try {
      InetAddress from = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
      boolean isNew = peers.isNew(from);
      if (!isAllowed(outputs, from)) {
        peers.at(from).refused();
        channel.close();
        if (logLimiter.allows(from.getHostAddress(), now)) {
          LOG.info(
              "refused a Modbus connection of {}: it is not in outputs.modbus_allow",
              from.getHostAddress());
        }
        return;
      }
      if (clients.size() >= maxClients) {
        // Some may have left already, in bytes that nobody has read yet.
        List.copyOf(clients).forEach(this::serve);
      }
      if (clients.size() >= maxClients) {
        Optional<Client> leaving =
            Admission.makesRoom(clients.stream().map(c -> c.seated(now)).toList(), from);
        if (leaving.isEmpty()) {
          peers.at(from).refused();
          channel.close();
          if (logLimiter.allows(from.getHostAddress(), now)) {
            LOG.info(
                "refused a Modbus connection of {}: all {} place(s) are taken by live clients;"
                    + " see modbus.max_clients",
                from.getHostAddress(),
                maxClients);
          }
          return;
        }
        drop(leaving.get());
      }
      configure(channel);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      Client client = new Client(channel, key, from, peers.at(from), handler, now);
      key.attach(client);
      clients.add(client);
      if (isNew && logLimiter.allows(from.getHostAddress(), now)) {
        LOG.info("Modbus client {} connected", from.getHostAddress());
      }
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

  private void pauseAccepting() {
    SelectionKey key = listenerKey;
    if (key != null && key.isValid()) {
      key.interestOps(0);
      acceptPaused = true;
      acceptAgainNanos = clock.nanos() + ACCEPT_PAUSE_NANOS;
    }
  }

  private void acceptAgainWhenDue(long now) {
    SelectionKey key = listenerKey;
    if (acceptPaused && key != null && now - acceptAgainNanos >= 0) {
      acceptPaused = false;
      key.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  private void closeExpired(long now) {
    for (Client client : List.copyOf(clients)) {
      if (client.expired(now)) {
        drop(client);
      }
    }
  }

  private void publishStatus(long now, boolean atOnce) {
    if (!atOnce && now - statusNanos < STATUS_NANOS) {
      return;
    }
    statusNanos = now;
    try {
      Optional<InetSocketAddress> bound =
          listener == null
              ? Optional.empty()
              : Optional.of((InetSocketAddress) listener.getLocalAddress());
      status =
          new Status(
              bound,
              bound.isPresent() || !outputs.modbus() ? Optional.empty() : status.fault(),
              peers.status());
    } catch (IOException e) {
      throw new IllegalStateException("the listener has lost its address", e);
    }
  }

  private void drop(Client client) {
    client.close();
    clients.remove(client);
  }

  private void closeAll() {
    List.copyOf(clients).forEach(this::drop);
    close(listener);
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("selector: {}", e.toString());
    }
  }

  private static void close(@Nullable Channel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.debug("close: {}", e.toString());
    }
  }
}
