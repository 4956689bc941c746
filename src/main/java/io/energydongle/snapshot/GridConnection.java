// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the meter tells about the connection itself: breaker, limits and disturbances.
 *
 * @param breaker 0 disconnected, 1 connected, 2 ready for reconnection; empty when not sent.
 * @param limiter threshold of the limiter; empty when not sent or "no limit" (all nines).
 * @param fuseMilliAmpere fuse supervision threshold of L1, mA; empty when not sent or none.
 * @param shortFailures number of short power failures since installation.
 * @param longFailures number of long power failures since installation.
 * @param failureLog long power failures, newest first as sent, at most 10.
 * @param voltageSags number per phase, L1 first; empty when not sent.
 * @param voltageSwells number per phase, L1 first; empty when not sent.
 */
public record GridConnection(
    OptionalInt breaker,
    Optional<Limiter> limiter,
    OptionalInt fuseMilliAmpere,
    OptionalInt shortFailures,
    OptionalInt longFailures,
    List<Failure> failureLog,
    List<OptionalInt> voltageSags,
    List<OptionalInt> voltageSwells) {

  /** A meter that tells nothing about its connection. */
  public static final GridConnection UNKNOWN =
      new GridConnection(
          OptionalInt.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          List.of(),
          List.of(),
          List.of());

  public GridConnection {
    failureLog = List.copyOf(failureLog);
    voltageSags = List.copyOf(voltageSags);
    voltageSwells = List.copyOf(voltageSwells);
  }

  /**
   * Threshold above which the meter disconnects.
   *
   * @param milli in thousandths of {@code unit}.
   * @param unit {@code W}, {@code VA} or {@code A}.
   */
  public record Limiter(long milli, String unit) {}

  /**
   * One long power failure.
   *
   * @param end when the power came back; empty for a placeholder.
   * @param seconds how long it was away; empty when the meter did not know.
   */
  public record Failure(Optional<Instant> end, OptionalLong seconds) {}
}
