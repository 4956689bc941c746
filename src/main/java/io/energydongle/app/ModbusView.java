// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.modbus.Advice;
import io.energydongle.modbus.ModbusServer;
import io.energydongle.modbus.PeerStatus;
import io.energydongle.modbus.RegisterTemplate;
import io.energydongle.modbus.RegisterView;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.web.Surroundings.Client;
import io.energydongle.web.Surroundings.Modbus;
import io.energydongle.web.Surroundings.Register;
import io.energydongle.web.Surroundings.Request;
import java.util.List;
import java.util.Optional;

/** Shows the state of the Modbus server to the web server, which knows nothing of it. */
final class ModbusView {

  private ModbusView() {}

  static Modbus of(
      ModbusServer.Status status,
      RegisterTemplate template,
      Optional<MeterSnapshot> snapshot,
      long nowNanos) {
    List<Register> registers = snapshot.map(s -> registers(template, s)).orElse(List.of());
    return new Modbus(
        status.address().map(a -> a.getAddress().getHostAddress() + ":" + a.getPort()),
        status.fault(),
        status.peers().stream().map(peer -> client(peer, template, registers, nowNanos)).toList());
  }

  /** Every value of a register map as a client reads it. */
  static List<Register> registers(RegisterTemplate template, MeterSnapshot snapshot) {
    return RegisterView.of(template, snapshot).stream()
        .map(view -> new Register(view.address(), view.quantity(), view.value(), view.words()))
        .toList();
  }

  private static Client client(
      PeerStatus peer, RegisterTemplate template, List<Register> registers, long nowNanos) {
    Optional<Request> last =
        peer.lastRequest()
            .map(
                request ->
                    new Request(
                        Math.round((nowNanos - peer.lastRequestNanos()) / 1e8) / 10.0,
                        request.function(),
                        request.first(),
                        request.quantity(),
                        request.unit(),
                        registers.stream().filter(value -> isRead(value, request)).toList()));
    return new Client(
        peer.address(),
        peer.connections(),
        peer.requests(),
        peer.refused(),
        peer.exceptions(),
        peer.violations(),
        peer.periodMillis(),
        last,
        Advice.about(peer, template));
  }

  private static boolean isRead(Register value, PeerStatus.Request request) {
    return value.address() >= request.first()
        && value.address() + value.words().size() <= request.first() + request.quantity();
  }
}
