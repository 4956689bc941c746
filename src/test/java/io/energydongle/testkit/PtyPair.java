// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Two pseudo terminals that are wired to each other: what is written to one is read from the other.
 */
public final class PtyPair implements AutoCloseable {

  private final Path meterEnd;
  private final Path gatewayEnd;
  private final Process socat;

  /** Makes a pair whose ends have names in {@code dir}. */
  public PtyPair(Path dir) throws IOException {
    meterEnd = dir.resolve("meter-end");
    gatewayEnd = dir.resolve("gateway-end");
    socat =
        new ProcessBuilder("socat", "-b", "65536", terminal(meterEnd), terminal(gatewayEnd))
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("socat.log").toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> Files.exists(meterEnd) && Files.exists(gatewayEnd));
  }

  private static String terminal(Path name) {
    return "pty,raw,echo=0,link=" + name;
  }

  /** Where the gateway opens its port. */
  public Path gatewayEnd() {
    return gatewayEnd;
  }

  /** Where the meter writes. */
  public OutputStream meter() throws IOException {
    return new FileOutputStream(meterEnd.toFile());
  }

  /** Where somebody reads what the gateway writes. */
  public InputStream follower() throws IOException {
    return new BufferedInputStream(new FileInputStream(meterEnd.toFile()));
  }

  /** Takes the line away, as when a cable is pulled. */
  @Override
  public void close() {
    socat.destroy();
    try {
      socat.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
