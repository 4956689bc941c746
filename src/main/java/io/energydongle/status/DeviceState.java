// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

/**
 * What the light shows: the state of the whole device in a few facts.
 *
 * @param stage how far the start has come.
 * @param meterData readings arrive and are fresh.
 * @param network the device has an IPv4 address that others can reach.
 * @param served somebody can fetch the reading: Modbus listens, or MQTT is connected.
 * @param press what the button is doing.
 * @param updating new firmware is being installed.
 * @param identify somebody on the page asks which box this is.
 */
public record DeviceState(
    Stage stage,
    boolean meterData,
    boolean network,
    boolean served,
    Press press,
    boolean updating,
    boolean identify) {

  /** How far the start has come. */
  public enum Stage {
    /** The program has just been loaded. */
    BOOTING,
    /** Services start, and it is too early to say whether a meter is there. */
    INITIALISING,
    /** From now on the facts count. */
    RUNNING
  }

  /** What the button is doing. */
  public enum Press {
    /** Up, or held since before the start, or stuck. */
    NONE,
    /** Down for less than four seconds. */
    SHORT,
    /** Down for four seconds or more: letting go resets to factory defaults. */
    RESETS_ON_RELEASE
  }
}
