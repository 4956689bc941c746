// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

import java.time.Instant;
import java.util.List;

/**
 * How the connection to the broker is doing, for people: what happens, why, and what to do.
 *
 * @param state the state in one word.
 * @param code what is wrong, in kebab-case, for programs; empty when nothing is.
 * @param sentence what happens or what is wrong, and what to do; never blank.
 * @param broker name or address and port; empty without one.
 * @param since when the state began, by the clock of the device.
 * @param retrySeconds pause before the next try that began at {@code since}, s; 0 without one.
 * @param warnings sentences about things that work but should be looked at.
 * @param counters since the start of the program.
 */
public record MqttStatus(
    State state,
    String code,
    String sentence,
    String broker,
    Instant since,
    long retrySeconds,
    List<String> warnings,
    Counters counters) {

  public MqttStatus {
    warnings = List.copyOf(warnings);
  }

  /** States of the connection. */
  public enum State {
    /** Switched off. */
    IDLE("idle"),
    /** Waits until the clock is right, because certificates are valid for a time. */
    WAIT_CLOCK("wait-clock"),
    /** Tries to reach the broker. */
    CONNECTING("connecting"),
    /** Publishes. */
    ONLINE("online"),
    /** Did not reach the broker, or lost it, and pauses before the next try. */
    BACKOFF("backoff");

    private final String code;

    State(String code) {
      this.code = code;
    }

    /** Name used in every output. */
    public String code() {
      return code;
    }
  }

  /**
   * Numbers since the start of the program.
   *
   * @param published messages handed to the broker.
   * @param dropped readings not published because the connection was slower than the meter.
   * @param connects connections that the broker accepted.
   * @param failures tries that failed and connections that were lost.
   * @param commands commands received.
   * @param backlog minute records that wait for the broker now.
   * @param backlogLost minute records dropped because there were too many.
   */
  public record Counters(
      long published,
      long dropped,
      long connects,
      long failures,
      long commands,
      long backlog,
      long backlogLost) {

    /** Nothing yet. */
    public static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0, 0);
  }

  /** Before anything is known, and when MQTT is switched off. */
  public static final MqttStatus OFF =
      new MqttStatus(
          State.IDLE, "", "MQTT is switched off", "", Instant.EPOCH, 0, List.of(), Counters.NONE);
}
