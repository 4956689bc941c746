// SPDX-License-Identifier: Apache-2.0
package io.energydongle.serial;

/** A port that cannot be opened, or that was lost. */
public final class PortException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String finding;
  private final String advice;

  /**
   * @param finding what was found, a clause without a full stop.
   * @param advice what to do, a clause without a full stop.
   */
  public PortException(String finding, String advice) {
    super(finding + "; " + advice, null, false, false);
    this.finding = finding;
    this.advice = advice;
  }

  /** What was found. */
  public String finding() {
    return finding;
  }

  /** What to do. */
  public String advice() {
    return advice;
  }
}
