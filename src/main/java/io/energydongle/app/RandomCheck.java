// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import java.security.ProviderException;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Whether this JVM still makes random numbers. It reads them from descriptors that it never opens
 * again; when they were lost once (see ChildProcess), there was no login and no TLS any more.
 * Nothing but another process helps.
 */
final class RandomCheck {

  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final SecureRandom random;

  RandomCheck(SecureRandom random) {
    this.random = random;
  }

  /**
   * Makes one.
   *
   * @return time until it should be looked at again.
   * @throws AssertionError when there are none any more: the process has to end.
   */
  Duration run() {
    try {
      random.nextInt();
      return PERIOD;
    } catch (ProviderException e) {
      throw new AssertionError("there are no random numbers any more; another start is needed", e);
    }
  }
}
