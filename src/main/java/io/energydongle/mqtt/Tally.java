// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.status.MqttStatus;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted since the start of the program. Thread safe. */
final class Tally {

  final AtomicLong published = new AtomicLong();
  final AtomicLong dropped = new AtomicLong();
  final AtomicLong connects = new AtomicLong();
  final AtomicLong failures = new AtomicLong();
  final AtomicLong commands = new AtomicLong();
  private final Backlog backlog;

  Tally(Backlog backlog) {
    this.backlog = backlog;
  }

  MqttStatus.Counters counters() {
    return new MqttStatus.Counters(
        published.get(),
        dropped.get(),
        connects.get(),
        failures.get(),
        commands.get(),
        backlog.size(),
        backlog.lost());
  }
}
