// SPDX-License-Identifier: Apache-2.0
package io.energydongle.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether the log goes to journald, which adds the time itself and takes a priority. */
public final class Journal {

  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Journal() {}

  /**
   * True when standard error is a stream of journald. The variable alone says little: everything
   * that is started from a desktop inherits it. Source: systemd.exec(5), {@code JOURNAL_STREAM}.
   */
  public static boolean takesTheLog() {
    return takesTheLog(System.getenv(), STANDARD_ERROR);
  }

  static boolean takesTheLog(Map<String, String> environment, Path stream) {
    try {
      Map<String, Object> file = Files.readAttributes(stream, "unix:dev,ino");
      return (file.get("dev") + ":" + file.get("ino")).equals(environment.get("JOURNAL_STREAM"));
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }
}
