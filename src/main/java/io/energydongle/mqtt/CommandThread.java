// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Obeys commands one after the other, so that a slow one holds up no reading. */
final class CommandThread {

  private static final Logger LOG = LoggerFactory.getLogger(CommandThread.class);
  private static final int WAITING_MAX = 8;

  private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Thread thread = new Thread(this::run, "mqtt commands");

  CommandThread() {
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** False when too many are waiting. */
  boolean offer(Runnable command) {
    return waiting.offer(command);
  }

  void interrupt() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        Runnable next = waiting.take();
        try {
          next.run();
        } catch (RuntimeException e) {
          LOG.error("fault in a command", e);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("no more commands");
    }
  }
}
