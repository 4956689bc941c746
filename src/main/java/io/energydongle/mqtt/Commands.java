// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * What commands from the broker reach, and what the device says about itself. Called on threads of
 * this package, one call at a time for each method; no call may take longer than some seconds.
 */
public interface Commands {

  /** A command that was understood but not done. */
  final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * A refusal.
     *
     * @param code in kebab-case, for programs.
     * @param message a sentence for people.
     */
    public RefusedException(String code, String message) {
      super(message);
      this.code = code;
    }

    /** Reason for programs. */
    public String code() {
      return code;
    }
  }

  /**
   * Facts that change rarely, for the topic {@code info}: {@code interface}, {@code address},
   * {@code capabilities}, {@code started_at}. Firmware, serial number and meter are added.
   */
  ObjectNode info();

  /**
   * Measurements of the device, for the topic {@code diag}: {@code temperature_c} and so on.
   * Counters, memory and clock are added.
   */
  ObjectNode diag();

  /** Logs more, or less, for a time. */
  void logLevel(String level, Duration time) throws RefusedException;

  /** Begins to restart the board; returns at once, so that the answer can leave. */
  void reboot() throws RefusedException;

  /** Begins to restart the program; returns at once, so that the answer can leave. */
  void restart() throws RefusedException;

  /**
   * Changes settings, all or nothing.
   *
   * @param patch settings by section and key, as RFC 7396 merges them (see {@link MergePatch}).
   */
  void config(JsonNode patch) throws RefusedException;

  /**
   * Begins to fetch and install a release; returns at once.
   *
   * @param url of the release or of its manifest.
   * @param version that it must be.
   */
  void update(String url, String version) throws RefusedException;

  /** How updates are doing, for the topic {@code update/state}. */
  ObjectNode updateState();

  /** Back to the settings of a new device; returns at once, so that the answer can leave. */
  void factoryReset() throws RefusedException;
}
