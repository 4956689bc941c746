// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys commands one after the other, so that a slow one holds up no reading. Its thread is there
 * only while there is something to do.
 */
final class CommandThread {

  private static final Logger LOG = LoggerFactory.getLogger(CommandThread.class);
  private static final int WAITING_MAX = 8;
  private static final int IDLE_SECONDS_MAX = 10;

  private final ThreadPoolExecutor executor;

  CommandThread() {
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS_MAX,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            CommandThread::thread);
    executor.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "mqtt commands");
    thread.setDaemon(true);
    return thread;
  }

  /** False when too many are waiting. */
  boolean offer(Runnable command) {
    try {
      executor.execute(() -> safely(command));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Interrupts the command that runs, and takes no more. */
  void stop() {
    executor.shutdownNow();
  }

  private static void safely(Runnable command) {
    try {
      command.run();
    } catch (RuntimeException e) {
      LOG.error("fault in a command", e);
    }
  }
}
