// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import java.time.Duration;

/**
 * How long everything takes; a test makes it shorter. Source: {@code platform.md} 1.2, 1.5 and 2.
 *
 * @param connectDeadline from the start of a try to the broker's answer.
 * @param clockWait how long the first connect waits for a time server.
 * @param backoffFirst longest first pause after a failed try.
 * @param backoffMax longest pause of all.
 * @param refusedFirst shortest pause after a refusal that somebody has to cure.
 * @param refusedMax longest pause after such refusals.
 * @param steady time online after which the next failure counts as the first.
 * @param keepAlive silence after which the broker is asked whether it is there.
 * @param diagPeriod between two messages of the topic diag.
 * @param flushPeriod between two writes of the backlog.
 * @param replayPause between two messages with records of the backlog.
 * @param valuesPause between two messages of the same value.
 */
record Timing(
    Duration connectDeadline,
    Duration clockWait,
    Duration backoffFirst,
    Duration backoffMax,
    Duration refusedFirst,
    Duration refusedMax,
    Duration steady,
    Duration keepAlive,
    Duration diagPeriod,
    Duration flushPeriod,
    Duration replayPause,
    Duration valuesPause) {

  static final Timing PRODUCT =
      new Timing(
          Duration.ofSeconds(30),
          Duration.ofSeconds(90),
          Duration.ofSeconds(1),
          Duration.ofSeconds(120),
          Duration.ofSeconds(60),
          Duration.ofMinutes(15),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofMinutes(15),
          Duration.ofMillis(500),
          Duration.ofSeconds(1));
}
