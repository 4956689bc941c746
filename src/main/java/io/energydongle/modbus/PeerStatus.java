// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one client has been doing: the support tool for "the charger gets no data".
 *
 * @param address IPv4 address of the client.
 * @param connections TCP connections it has now.
 * @param connects TCP connections it has opened since the start.
 * @param refused connections that were closed at once because every place was taken.
 * @param requests requests answered, exceptions included.
 * @param exceptions answers with an exception, by exception code.
 * @param violations connections closed because the bytes were no Modbus TCP.
 * @param lastRequest its last request.
 * @param asked the different requests of lately, at most 24.
 * @param lastRequestNanos monotonic time of it; meaningless without one.
 * @param periodMillis its longest pause between two requests lately, 0 when not known.
 */
public record PeerStatus(
    String address,
    int connections,
    long connects,
    long refused,
    long requests,
    Map<Integer, Long> exceptions,
    long violations,
    Optional<Request> lastRequest,
    List<Request> asked,
    long lastRequestNanos,
    long periodMillis) {

  public PeerStatus {
    exceptions = Map.copyOf(exceptions);
    asked = List.copyOf(asked);
  }

  /**
   * A request.
   *
   * @param function function code, 0..255.
   * @param first first register, 0..65535; 0 for functions that are not served.
   * @param quantity number of registers; 0 for functions that are not served.
   * @param unit unit identifier, 0..255.
   */
  public record Request(int function, int first, int quantity, int unit) {}
}
