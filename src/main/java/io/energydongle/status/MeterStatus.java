// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

import java.util.List;
import java.util.Map;

/**
 * How the meter is doing, for people: what was found, and what to do about it.
 *
 * @param condition the state in one word.
 * @param finding what was found, a clause without a full stop; empty when all is well.
 * @param advice what to do, a clause without a full stop; empty when there is nothing to do.
 * @param port name of the port.
 * @param line speed and character format in use.
 * @param warnings sentences about things that work but should be looked at.
 * @param counters what came from the line since the start of the program.
 */
public record MeterStatus(
    Condition condition,
    String finding,
    String advice,
    String port,
    String line,
    List<String> warnings,
    Counters counters) {

  public MeterStatus {
    warnings = List.copyOf(warnings);
  }

  /** States of the meter. */
  public enum Condition {
    /** No telegram yet, and too early to say why. */
    SEARCHING,
    /** Telegrams arrive. */
    RECEIVING,
    /** The port cannot be opened, or has vanished. */
    NO_PORT,
    /** The port is open and no byte arrives. */
    SILENT,
    /** Bytes arrive, but no telegram that can be used. */
    NO_TELEGRAM
  }

  /**
   * What came from the line since the start of the program.
   *
   * @param bytes bytes read.
   * @param telegrams telegrams accepted.
   * @param rejected telegrams, and parts of telegrams, not used, by reason.
   * @param goodGroups groups of TIC frames with the right checksum.
   * @param parityErrors characters with wrong parity, where the line has parity.
   * @param unknownObjects well-formed lines that this product does not use.
   * @param duplicateObjects lines that repeated another line of the same telegram.
   */
  public record Counters(
      long bytes,
      long telegrams,
      Map<String, Long> rejected,
      long goodGroups,
      long parityErrors,
      long unknownObjects,
      long duplicateObjects) {

    /** Nothing yet. */
    public static final Counters NONE = new Counters(0, 0, Map.of(), 0, 0, 0, 0);

    public Counters {
      rejected = Map.copyOf(rejected);
    }
  }

  /** Before anything is known. */
  public static final MeterStatus UNKNOWN =
      new MeterStatus(Condition.SEARCHING, "", "", "", "", List.of(), Counters.NONE);

  /** One line for the log: finding and advice. */
  public String sentence() {
    return advice.isEmpty() ? finding : finding + "; " + advice;
  }
}
