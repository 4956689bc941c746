// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

import java.util.List;
import java.util.Optional;

/**
 * Who gets a copy of the bytes of the meter.
 *
 * @param serial the second serial port; empty when the board file names none.
 * @param tcp the TCP port; empty when it is switched off.
 */
public record CopyStatus(Optional<Serial> serial, Optional<Tcp> tcp) {

  /** Nobody gets a copy. */
  public static final CopyStatus OFF = new CopyStatus(Optional.empty(), Optional.empty());

  /**
   * The second serial port.
   *
   * @param port its name.
   * @param fault why it is not open, a sentence with what to do; empty while it is.
   * @param bytes bytes written so far.
   * @param lostTelegrams telegrams left out so far, because the other side did not take them.
   */
  public record Serial(String port, Optional<String> fault, long bytes, long lostTelegrams) {}

  /**
   * The TCP port.
   *
   * @param address where it listens; empty while it cannot.
   * @param fault why it does not listen, a sentence with what to do.
   * @param clients who is connected.
   */
  public record Tcp(Optional<String> address, Optional<String> fault, List<Client> clients) {
    public Tcp {
      clients = List.copyOf(clients);
    }
  }

  /**
   * Somebody who is connected.
   *
   * @param address where from.
   * @param bytes bytes sent so far.
   * @param lostTelegrams telegrams left out so far, because they were not taken in time.
   */
  public record Client(String address, long bytes, long lostTelegrams) {}
}
