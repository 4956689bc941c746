// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

/** A light that is not there, or cannot be switched. The message is a sentence with what to do. */
public final class LightException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With a sentence. */
  public LightException(String sentence) {
    super(sentence, null, false, false);
  }

  /** The sentence. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
