// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.util.Locale;

/**
 * The status word STGE of a French meter in standard mode, bit by bit.
 *
 * <p>Source: Enedis-NOI-CPT_54E §6.2.3.14; {@code tic.md} section 5.
 *
 * @param word the 32 bits as sent, bit 0 the least significant.
 */
public record TicStatus(int word) {

  /** State of the breaker, and why it is open. */
  public enum Breaker {
    CLOSED,
    OVERPOWER,
    OVERVOLTAGE,
    LOAD_SHEDDING,
    REMOTE_ORDER,
    OVERHEAT_ABOVE_SWITCHING_CURRENT,
    OVERHEAT_BELOW_SWITCHING_CURRENT,
    /** A number that the document does not list. */
    UNLISTED;

    /** Name used in every output. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Colour of a day of the Tempo tariff. */
  public enum Colour {
    NONE,
    BLUE,
    WHITE,
    RED;

    /** Name used in every output. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The dry contact is open. */
  public boolean contactOpen() {
    return bit(0);
  }

  public Breaker breaker() {
    return Breaker.values()[bits(1, 3)];
  }

  /** The cover of the terminals is open. */
  public boolean coverOpen() {
    return bit(4);
  }

  /** A phase has overvoltage. */
  public boolean overvoltage() {
    return bit(6);
  }

  /** The reference power is exceeded. */
  public boolean overReferencePower() {
    return bit(7);
  }

  /** The meter's output is in producer mode; says nothing about the contract. */
  public boolean producer() {
    return bit(8);
  }

  /** Active energy flows into the grid. */
  public boolean exporting() {
    return bit(9);
  }

  /** Running index of the supplier, 1..10 when the meter keeps to the document, at most 16. */
  public int supplierIndex() {
    return bits(10, 4) + 1;
  }

  /** Running index of the distributor, 1..4. */
  public int distributorIndex() {
    return bits(14, 2) + 1;
  }

  /** The meter's clock is not to be trusted. */
  public boolean clockDegraded() {
    return bit(16);
  }

  /** The output is in standard mode. */
  public boolean standardOutput() {
    return bit(17);
  }

  /** Euridis output: 0 off, 1 on without security, 3 on with security. */
  public int euridis() {
    return bits(19, 2);
  }

  /** Power line carrier: 0 new and unlocked, 1 new and locked, 2 registered. */
  public int powerLineCarrier() {
    return bits(21, 2);
  }

  /** The power line carrier is synchronised. */
  public boolean powerLineSynchronised() {
    return bit(23);
  }

  public Colour today() {
    return Colour.values()[bits(24, 2)];
  }

  public Colour tomorrow() {
    return Colour.values()[bits(26, 2)];
  }

  /** Number of the mobile peak that is announced, 1..3, or 0. */
  public int peakNotice() {
    return bits(28, 2);
  }

  /** Number of the mobile peak that runs, 1..3, or 0. */
  public int peakRunning() {
    return bits(30, 2);
  }

  private boolean bit(int number) {
    return bits(number, 1) != 0;
  }

  private int bits(int from, int count) {
    return word >>> from & (1 << count) - 1;
  }
}
