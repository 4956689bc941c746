// SPDX-License-Identifier: Apache-2.0
package io.energydongle.button;

import java.io.IOException;

/** An open push button. Used by one thread. */
public interface Key extends AutoCloseable {

  /** What happened to it. */
  enum Event {
    PRESSED,
    RELEASED,
    /** Some events were lost, so that nothing is known. */
    UNKNOWN
  }

  /**
   * Waits for the next event, as long as it takes; an interrupt ends the wait.
   *
   * @throws IOException when the button is gone, or the wait was interrupted.
   */
  Event next() throws IOException;

  /** Gives the button back. */
  @Override
  void close();

  /** Finds the button, as often as it takes. */
  interface Finder {

    /**
     * Opens the button.
     *
     * @throws KeyException with what was found and what to do.
     */
    Key find() throws KeyException;
  }

  /** A button that is not there, or may not be read. The message is a sentence with what to do. */
  final class KeyException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public KeyException(String sentence) {
      super(sentence, null, false, false);
    }

    /** The sentence. */
    public String sentence() {
      return String.valueOf(getMessage());
    }
  }
}
