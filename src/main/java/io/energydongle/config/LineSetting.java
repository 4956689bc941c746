// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

/**
 * Speed and character format of a meter line. Ports are opened with eight bits and no parity for
 * every one of them: seven bits and parity are ten bits on the line as well, and are told apart in
 * software.
 *
 * <p>Source: {@code p1.md} section 1, {@code tic.md} section 0.
 */
public enum LineSetting {
  /** P1 since DSMR 4.0. */
  BAUD_115200("115200-8N1", 115_200),
  /** P1 before DSMR 4.0; TIC standard mode. */
  BAUD_9600("9600-7E1", 9_600),
  /** TIC historical mode. */
  BAUD_1200("1200-7E1", 1_200);

  private final String code;
  private final int baud;

  LineSetting(String code, int baud) {
    this.code = code;
    this.baud = baud;
  }

  /** Name in configuration and outputs. */
  public String code() {
    return code;
  }

  /** Speed in baud. */
  public int baud() {
    return baud;
  }
}
