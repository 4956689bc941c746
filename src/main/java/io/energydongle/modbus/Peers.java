// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.modbus.PeerStatus.Request;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Statistics of 32 clients, by address. Used by the server thread only. */
final class Peers {

  private static final int PEERS_MAX = 32;
  private static final int ASKED_MAX = 24;

  /** Figures of one client. */
  static final class Peer {
    private final String address;
    private final Map<Integer, Long> exceptions = new TreeMap<>();
    private final PollPeriod period = new PollPeriod();
    private int connections;
    private long connects;
    private long refused;
    private long requests;
    private long violations;
    private int lastFunction;
    private int lastFirst;
    private int lastQuantity;
    private int lastUnit;
    private final Set<Request> asked = new LinkedHashSet<>();
    private long lastRequestNanos = Long.MIN_VALUE;

    Peer(String address) {
      this.address = address;
    }

    void connected() {
      connections++;
      connects++;
    }

    void closed() {
      connections--;
    }

    void refused() {
      refused++;
    }

    void violation() {
      violations++;
    }

    /** Notes a request; one that is not served has no registers. */
    void request(int function, int first, int quantity, int unit, int exception, long nowNanos) {
      requests++;
      boolean same =
          requests > 1
              && function == lastFunction
              && first == lastFirst
              && quantity == lastQuantity
              && unit == lastUnit;
      if (!same) {
        note(new Request(function, first, quantity, unit));
      }
      lastFunction = function;
      lastFirst = first;
      lastQuantity = quantity;
      lastUnit = unit;
      lastRequestNanos = nowNanos;
      period.request(nowNanos);
      if (exception != RequestHandler.NO_EXCEPTION) {
        exceptions.merge(exception, 1L, Long::sum);
      }
    }

    private void note(Request request) {
      if (!asked.add(request)) {
        return;
      }
      if (asked.size() > ASKED_MAX) {
        Iterator<Request> oldest = asked.iterator();
        oldest.next();
        oldest.remove();
      }
    }

    private PeerStatus status() {
      return new PeerStatus(
          address,
          connections,
          connects,
          refused,
          requests,
          exceptions,
          violations,
          requests == 0
              ? Optional.empty()
              : Optional.of(new Request(lastFunction, lastFirst, lastQuantity, lastUnit)),
          List.copyOf(asked),
          lastRequestNanos,
          Duration.ofNanos(period.nanos()).toMillis());
    }
  }

  private final Map<InetAddress, Peer> peers = new LinkedHashMap<>();

  /** The client at that address; when there are too many, one that is not connected goes. */
  Peer at(InetAddress address) {
    Peer known = peers.get(address);
    if (known != null) {
      return known;
    }
    if (peers.size() >= PEERS_MAX) {
      peers.values().stream()
          .filter(peer -> peer.connections == 0)
          .min(Comparator.comparingLong((Peer peer) -> peer.lastRequestNanos))
          .ifPresent(peers.values()::remove);
    }
    Peer peer = new Peer(address.getHostAddress());
    peers.put(address, peer);
    return peer;
  }

  /** True when nothing is known of that address. */
  boolean isNew(InetAddress address) {
    return !peers.containsKey(address);
  }

  /** A copy for other threads, in the order in which they came. */
  List<PeerStatus> status() {
    return peers.values().stream().map(Peer::status).toList();
  }
}
