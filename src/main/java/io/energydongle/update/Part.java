// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

/** Parts of the gateway that a new release has to bring up. */
public enum Part {
  /** The settings of the user were read. */
  SETTINGS("it cannot read the settings"),
  /** Telegrams arrive. */
  METER("no telegram arrives"),
  /** Modbus TCP listens, or is switched off. */
  MODBUS("Modbus TCP does not answer"),
  /** The page is served, or is switched off. */
  PAGE("the page does not answer"),
  /** The broker has accepted the connection. */
  BROKER("the MQTT broker is not connected");

  private final String lack;

  Part(String lack) {
    this.lack = lack;
  }

  /** What to say when it does not work. */
  String lack() {
    return lack;
  }
}
