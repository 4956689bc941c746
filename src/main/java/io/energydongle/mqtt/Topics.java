// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

/**
 * Names of the topics. Source: {@code platform.md} 1.3.
 *
 * @param base {@code devices/<site>/energy-dongle/<serial>}.
 */
record Topics(String base) {

  private static final String COMMAND = "/cmd/";

  static Topics of(String site, String serial) {
    return new Topics("devices/" + site + "/energy-dongle/" + serial);
  }

  String status() {
    return base + "/status";
  }

  String info() {
    return base + "/info";
  }

  String telegram() {
    return data("telegram");
  }

  String data(String leaf) {
    return base + "/data/" + leaf;
  }

  String diag() {
    return base + "/diag";
  }

  String event() {
    return base + "/event";
  }

  String updateState() {
    return base + "/update/state";
  }

  /** What commands are subscribed with. */
  String commands() {
    return base + COMMAND + "+";
  }

  /** Name of the command of a topic; empty for a topic that is none. */
  String commandOf(String topic) {
    return topic.startsWith(base + COMMAND)
        ? topic.substring(base.length() + COMMAND.length())
        : "";
  }

  String result(String command) {
    return base + "/cmd-result/" + command;
  }
}
