// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

/**
 * What the time of this device is worth. Source: {@code platform.md} section 2, "Clock".
 *
 * <p>A board without a battery starts with the time of its last shutdown, or of its image.
 */
public enum ClockState {
  /** A time server has set it. */
  SYNCHRONISED("synchronised"),
  /** No time server has been heard, but nothing speaks against it. */
  PLAUSIBLE("unsynchronised"),
  /** It cannot be right: earlier than this program, or than something it has seen. */
  IMPLAUSIBLE("implausible");

  private final String code;

  ClockState(String code) {
    this.code = code;
  }

  /** Name used in every output. */
  public String code() {
    return code;
  }
}
