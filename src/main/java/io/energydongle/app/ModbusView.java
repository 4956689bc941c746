// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.config.Settings;
import io.energydongle.modbus.Advice;
import io.energydongle.modbus.Installation;
import io.energydongle.modbus.ModbusServer;
import io.energydongle.modbus.PeerStatus;
import io.energydongle.modbus.RegisterTemplate;
import io.energydongle.modbus.RegisterView;
import io.energydongle.modbus.WordOrder;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.web.Surroundings.Client;
import io.energydongle.web.Surroundings.Modbus;
import io.energydongle.web.Surroundings.Port;
import io.energydongle.web.Surroundings.Register;
import io.energydongle.web.Surroundings.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows the state of the Modbus server to the web server, which knows nothing of it. */
final class ModbusView {

  private ModbusView() {}

  static Modbus of(
      ModbusServer.Status status,
      FurtherPorts further,
      Maps maps,
      Settings settings,
      Optional<MeterSnapshot> snapshot,
      long nowNanos) {
    View view = new View(maps, settings, snapshot, nowNanos);
    List<Client> clients = new ArrayList<>();
    for (PeerStatus peer : status.peers()) {
      int unit = peer.lastRequest().map(PeerStatus.Request::unit).orElse(0);
      clients.add(view.client(peer, maps.of(settings, unit)));
    }
    List<Port> ports =
        further.each(
            served -> {
              ModbusServer.Status own = served.server().status();
              RegisterTemplate template = maps.find(served.map().template());
              own.peers().forEach(peer -> clients.add(view.client(peer, template)));
              return new Port(
                  served.port(), served.map().toString(), own.address().isPresent(), own.fault());
            });
    return new Modbus(
        status.address().map(a -> a.getAddress().getHostAddress() + ":" + a.getPort()),
        status.fault(),
        ports,
        clients);
  }

  /** Every value of a register map as a client reads it. */
  static List<Register> registers(
      RegisterTemplate template, MeterSnapshot snapshot, Installation installation, long nowNanos) {
    WordOrder order = template.wordOrder();
    List<RegisterView> views = RegisterView.of(template, order, snapshot, installation, nowNanos);
    List<RegisterView> others =
        RegisterView.of(template, order.other(), snapshot, installation, nowNanos);
    List<Register> registers = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      RegisterView view = views.get(i);
      registers.add(
          new Register(
              view.address(),
              view.quantity(),
              view.type(),
              view.scale(),
              view.value(),
              view.words(),
              others.get(i).words()));
    }
    return registers;
  }

  /** What all clients are seen through. */
  private record View(
      Maps maps, Settings settings, Optional<MeterSnapshot> snapshot, long nowNanos) {

    Client client(PeerStatus peer, RegisterTemplate template) {
      List<Register> registers =
          snapshot
              .map(s -> registers(template, s, maps.installation(settings), nowNanos))
              .orElse(List.of());
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
          Advice.about(peer, template, maps.shelf().all()));
    }
  }

  private static boolean isRead(Register value, PeerStatus.Request request) {
    return value.address() >= request.first()
        && value.address() + value.words().size() <= request.first() + request.quantity();
  }
}
