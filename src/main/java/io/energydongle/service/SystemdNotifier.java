// SPDX-License-Identifier: Apache-2.0
package io.energydongle.service;

import io.energydongle.process.ChildProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks to systemd over its notification socket. Java has no datagram sockets of the kind that
 * takes, so one small helper process lives beside the gateway and passes lines on; it ends when the
 * gateway does, and is started anew when it is gone.
 *
 * <p>Source: sd_notify(3); ADR 14.
 */
public final class SystemdNotifier implements Notifier {

  private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);

  /** Passes every line of its input on as one datagram; an at sign means an abstract address. */
  private static final String HELPER =
      """
      my $to = $ENV{NOTIFY_SOCKET};
      $to =~ s/^\\@/\\0/;
      socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
      $SIG{TERM} = 'IGNORE';
      while (<STDIN>) { chomp; send($s, $_, 0, pack_sockaddr_un($to)); }
      """;

  private final ProcessBuilder helper;
  private @Nullable Process running;
  private boolean lost;

  private SystemdNotifier(ProcessBuilder helper) {
    this.helper = helper;
  }

  /** The way to systemd; empty when it did not start this or does not want to know. */
  public static Optional<Notifier> fromEnvironment() {
    return System.getenv("NOTIFY_SOCKET") == null
        ? Optional.empty()
        : Optional.of(
            new SystemdNotifier(
                new ProcessBuilder("perl", "-MSocket", "-e", HELPER)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)));
  }

  @Override
  public synchronized void say(String state) {
    byte[] line = (state + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      Process process = running;
      if (process == null || !process.isAlive()) {
        process = ChildProcess.start(helper);
        running = process;
      }
      OutputStream to = process.getOutputStream();
      to.write(line);
      to.flush();
      lost = false;
    } catch (IOException e) {
      if (!lost) {
        LOG.warn("systemd cannot be told \"{}\": {}", state, e.toString());
      }
      lost = true;
    }
  }
}
