// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

/** A release that is not installed; nothing was changed. The message says why, and what to do. */
public final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * A refusal.
   *
   * @param code in kebab-case, for programs; listed in {@code docs/reference/update.md}.
   * @param message sentences for people.
   */
  public Refusal(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** Reason for programs. */
  public String code() {
    return code;
  }

  /** Reason for people. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
