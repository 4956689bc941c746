// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.status.MeterStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the web server has to know of the rest of the program, and may ask of it. */
public interface Surroundings {

  /** Version of the program. */
  String version();

  /** The clock of the device. */
  Instant now();

  /** How the meter is doing. */
  MeterStatus meter();

  /** How the Modbus server is doing. */
  Modbus modbus();

  /** The key on the sticker; empty when this device has none, so that nobody can log in with it. */
  Optional<String> stickerKey();

  /** Sentences about what is wrong beyond meter and Modbus, with what to do. */
  List<String> problems();

  /**
   * Does something that was asked for.
   *
   * @return why it cannot be done on this board; empty when it is under way.
   */
  Optional<String> act(Action action);

  /** What can be asked for. */
  enum Action {
    RECONNECT,
    RESTART,
    REBOOT,
    FACTORY_RESET,
    IDENTIFY
  }

  /**
   * The Modbus server.
   *
   * @param address where it listens; empty while it cannot.
   * @param fault why it does not listen.
   * @param clients who has called, with what.
   */
  record Modbus(Optional<String> address, Optional<String> fault, List<Client> clients) {}

  /**
   * A Modbus client.
   *
   * @param address where it calls from.
   * @param connections open now.
   * @param requests so far.
   * @param refused connections refused so far.
   * @param secondsSinceRequest time since the last request; empty before the first.
   * @param pollMillis time between its requests; 0 when not known.
   * @param lastFirst first register of the last request, or -1.
   * @param lastQuantity registers of the last request.
   */
  record Client(
      String address,
      int connections,
      long requests,
      long refused,
      Optional<Double> secondsSinceRequest,
      long pollMillis,
      int lastFirst,
      int lastQuantity) {}
}
