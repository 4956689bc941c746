// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

/** Whether others can reach this device. */
interface NetworkState {

  /**
   * True when the device has an address that others can reach; answers at once.
   *
   * @param linkLocalCounts true when an address that the device gave itself (169.254.0.0/16) is
   *     good enough, because somebody talks to it.
   */
  boolean isUp(boolean linkLocalCounts);
}
