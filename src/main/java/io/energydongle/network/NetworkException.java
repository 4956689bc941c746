// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

/**
 * Whoever sets up the network did not do what was asked; the message is for the log and the page.
 */
final class NetworkException extends Exception {
  private static final long serialVersionUID = 1L;

  NetworkException(String message) {
    super(message);
  }
}
