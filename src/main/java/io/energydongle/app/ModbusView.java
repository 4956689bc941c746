// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.modbus.ModbusServer;
import io.energydongle.modbus.PeerStatus;
import io.energydongle.modbus.PeerStatus.Request;
import io.energydongle.web.Surroundings.Client;
import io.energydongle.web.Surroundings.Modbus;
import java.util.Optional;

/** Shows the state of the Modbus server to the web server, which knows nothing of it. */
final class ModbusView {

  private ModbusView() {}

  static Modbus of(ModbusServer.Status status, long nowNanos) {
    return new Modbus(
        status.address().map(a -> a.getAddress().getHostAddress() + ":" + a.getPort()),
        status.fault(),
        status.peers().stream().map(peer -> client(peer, nowNanos)).toList());
  }

  private static Client client(PeerStatus peer, long nowNanos) {
    Optional<Double> since =
        peer.lastRequest().map(r -> Math.round((nowNanos - peer.lastRequestNanos()) / 1e8) / 10.0);
    return new Client(
        peer.address(),
        peer.connections(),
        peer.requests(),
        peer.refused(),
        since,
        peer.periodMillis(),
        peer.lastRequest().map(Request::first).orElse(-1),
        peer.lastRequest().map(Request::quantity).orElse(0));
  }
}
