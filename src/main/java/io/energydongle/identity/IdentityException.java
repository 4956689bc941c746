// SPDX-License-Identifier: Apache-2.0
package io.energydongle.identity;

/**
 * A key or certificate that cannot be used. The message is a sentence for people and holds nothing
 * of the key.
 */
public final class IdentityException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With a sentence that says what to do. */
  public IdentityException(String message) {
    super(message);
  }
}
