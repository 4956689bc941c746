// SPDX-License-Identifier: Apache-2.0
package io.energydongle.copy;

import io.energydongle.config.LineSetting;
import io.energydongle.serial.CopyPort;
import io.energydongle.serial.PortException;
import io.energydongle.status.CopyStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes the copy to the second serial port, with the speed of the meter's line. A
 * port that is missing or lost is said once and opened again with growing pauses.
 */
final class SerialCopy {

  private static final Logger LOG = LoggerFactory.getLogger(SerialCopy.class);

  /** Pauses between attempts to open the port, in seconds; the last one repeats. */
  private static final int[] RETRY_SECONDS = {1, 2, 5};

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int CHUNK_BYTES = 1024;

  private final CopyPort.Opener opener;
  private final TelegramQueue queue = new TelegramQueue(false);
  private final Thread thread = new Thread(this::run, "copy");
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable LineSetting line;
  private volatile @Nullable CopyPort open;
  private volatile Optional<String> fault = Optional.empty();
  private final AtomicLong written = new AtomicLong();

  SerialCopy(CopyPort.Opener opener) {
    this.opener = opener;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Ends, without waiting for it; a write that waits is given up. */
  void stop() {
    stopped.countDown();
    thread.interrupt();
    CopyPort port = open;
    if (port != null) {
      port.close();
    }
  }

  TelegramQueue queue() {
    return queue;
  }

  /** The meter's line has this setting from now on. */
  void use(LineSetting setting) {
    line = setting;
    queue.wake();
  }

  CopyStatus.Serial status() {
    return new CopyStatus.Serial(opener.name(), fault, written.get(), queue.lost());
  }

  private void run() {
    int failures = 0;
    try {
      while (stopped.getCount() > 0) {
        LineSetting setting = line;
        if (setting == null) {
          stopped.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
          continue;
        }
        try (CopyPort port = opener.open(setting)) {
          open = port;
          opened(setting, failures > 0);
          failures = 0;
          write(port, setting);
        } catch (PortException e) {
          lost(e);
          int pause = RETRY_SECONDS[Math.min(failures++, RETRY_SECONDS.length - 1)];
          stopped.await(pause, TimeUnit.SECONDS);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the copy of the meter's bytes ends");
    }
  }

  private void opened(LineSetting setting, boolean again) {
    if (again) {
      // What waited meanwhile is old, and its beginning may be lost.
      queue.restart();
    }
    fault = Optional.empty();
    LOG.info("the bytes of the meter are copied to {}, {}", opener.name(), setting.code());
  }

  private void lost(PortException e) {
    String sentence = "P1 copy: " + e.finding() + "; " + e.advice() + ".";
    if (stopped.getCount() > 0 && !fault.equals(Optional.of(sentence))) {
      LOG.warn("{}", sentence);
      fault = Optional.of(sentence);
    }
  }

  private void write(CopyPort port, LineSetting setting)
      throws PortException, InterruptedException {
    byte[] chunk = new byte[CHUNK_BYTES];
    while (stopped.getCount() > 0 && setting == line) {
      int count = queue.await(chunk);
      if (count > 0) {
        port.write(chunk, count);
        written.addAndGet(count);
      }
    }
  }
}
