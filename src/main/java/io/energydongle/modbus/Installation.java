// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

/**
 * What registers can show beyond the telegram.
 *
 * @param serial serial number of this device, ASCII.
 * @param mainFuseAmpere rating of the main fuse per phase, A; 0 where nobody has entered it.
 */
public record Installation(String serial, int mainFuseAmpere) {}
