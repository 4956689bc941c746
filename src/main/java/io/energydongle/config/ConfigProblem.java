// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

/**
 * Something wrong with a configuration, in the words the user sees.
 *
 * @param key where, for example {@code modbus.port}; a file name when the file itself is at fault.
 * @param message what was expected, what stands there, what to do.
 */
public record ConfigProblem(String key, String message) {

  /** True for a problem of that section of the settings. */
  boolean isOf(String section) {
    return key.equals(section) || key.startsWith(section + ".");
  }

  /** One line for a terminal or a log. */
  @Override
  public String toString() {
    return key + ": " + message;
  }
}
