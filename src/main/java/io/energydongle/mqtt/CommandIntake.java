// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.MqttSettings;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads commands from the broker to the desk, a bounded number at a time. */
final class CommandIntake {

  private static final Logger LOG = LoggerFactory.getLogger(CommandIntake.class);
  private static final int WAITING_MAX = 8;

  private final CommandDesk desk;
  private final Tally tally;
  private final Consumer<Runnable> work;
  private final CommandThread thread = new CommandThread();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * An intake.
   *
   * @param work takes what is to be run on the thread of the publisher.
   */
  CommandIntake(CommandDesk desk, Tally tally, Consumer<Runnable> work) {
    this.desk = desk;
    this.tally = tally;
    this.work = work;
  }

  /** Hands a message over to the thread of the publisher, unless too many wait for it already. */
  void handOver(Runnable received) {
    if (waiting.incrementAndGet() > WAITING_MAX) {
      waiting.decrementAndGet();
      LOG.debug("a message was dropped");
      return;
    }
    work.accept(
        () -> {
          waiting.decrementAndGet();
          received.run();
        });
  }

  /**
   * Has a command obeyed.
   *
   * @param command its name, as the topic has it.
   * @param allowed commands that the user has allowed.
   * @param answer gets name and result, on the thread of the publisher.
   */
  void obey(
      String command,
      Connection.Message message,
      MqttSettings.Commands allowed,
      BiConsumer<String, ObjectNode> answer) {
    tally.commands.incrementAndGet();
    String name = command.matches("[a-z-]{1,32}") ? command : "unknown";
    boolean taken =
        thread.offer(
            () ->
                desk.take(
                    message.topic(),
                    command,
                    message.payload(),
                    message.retained(),
                    allowed,
                    result -> work.accept(() -> answer.accept(name, result))));
    if (!taken) {
      LOG.warn("more commands than can be obeyed; one was dropped");
    }
  }

  /** Interrupts the command that runs, and takes no more. */
  void stop() {
    thread.stop();
  }
}
