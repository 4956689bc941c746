// SPDX-License-Identifier: Apache-2.0
package io.energydongle.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Starts child processes, and none when descriptors are short. A start that fails half-way for want
 * of a descriptor may make the JVM close its descriptor 0, twice, whatever stands there by then:
 * its standard input at first, and later a socket, or the source of its random numbers. Seen with
 * OpenJDK 17.0.15 and Temurin 25, by their system calls.
 */
public final class ChildProcess {

  /** A start takes ten at once; the others are for what other threads open meanwhile. */
  private static final int DESCRIPTORS_FREE_MIN = 32;

  private static final String NOTHING = "/dev/null";

  private ChildProcess() {}

  /**
   * Starts a process.
   *
   * @throws IOException when it cannot be started, or when there are too few descriptors to try.
   */
  public static synchronized Process start(ProcessBuilder builder) throws IOException {
    requireRoom();
    return builder.start();
  }

  private static void requireRoom() throws IOException {
    Deque<FileInputStream> taken = new ArrayDeque<>(DESCRIPTORS_FREE_MIN);
    try {
      for (int i = 0; i < DESCRIPTORS_FREE_MIN; i++) {
        taken.add(new FileInputStream(NOTHING));
      }
    } catch (IOException e) {
      throw new IOException(
          "fewer than " + DESCRIPTORS_FREE_MIN + " descriptors are free, too few for a process", e);
    } finally {
      while (!taken.isEmpty()) {
        taken.pop().close();
      }
    }
  }
}
