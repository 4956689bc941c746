// SPDX-License-Identifier: Apache-2.0
package io.energydongle.gpio;

/** A GPIO line that cannot be used. The message is a sentence with what to do. */
public final class GpioException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With a sentence. */
  public GpioException(String sentence) {
    super(sentence, null, false, false);
  }

  /** The sentence. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
