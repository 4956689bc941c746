// SPDX-License-Identifier: Apache-2.0
package io.energydongle.service;

import io.energydongle.process.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What the machine is asked to do. A polkit rule of the package lets the service user. */
public final class Systemctl {

  private static final int PATIENCE_SECONDS = 20;
  private static final int ANSWER_CHARS_MAX = 500;

  private Systemctl() {}

  /** True when systemd has started this, and starts it again. */
  public static boolean isService() {
    return System.getenv("INVOCATION_ID") != null && System.getenv("NOTIFY_SOCKET") != null;
  }

  /**
   * Starts the whole board anew, in an orderly way.
   *
   * @throws IOException in the words of the one who refused.
   */
  public static void reboot() throws IOException, InterruptedException {
    Process process =
        ChildProcess.start(
            new ProcessBuilder("systemctl", "--no-ask-password", "reboot")
                .redirectErrorStream(true));
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("no answer within " + PATIENCE_SECONDS + " s");
    }
    if (process.exitValue() != 0) {
      byte[] answer = process.getInputStream().readNBytes(ANSWER_CHARS_MAX);
      throw new IOException(new String(answer, StandardCharsets.UTF_8).strip());
    }
  }
}
