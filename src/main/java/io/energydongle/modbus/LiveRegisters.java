// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.config.ModbusSettings.StalePolicy;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Reception;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The registers of one map, to serve right now. The reader thread puts in the image of each new
 * telegram with one volatile write; a request takes it out with one volatile read. An image that
 * has grown too old is never handed out as if it were live.
 *
 * <p>Source: {@code modbus.md} section 3, "Stale data" and "Atomicity".
 */
final class LiveRegisters {

  /** An image and until when it counts as live; and what comes after that, where it is prepared. */
  private record Dated(
      RegisterImage image,
      @Nullable RegisterImage afterwards,
      long receivedNanos,
      long liveNanos,
      long heldNanos) {}

  private final RegisterMap map;
  private final StaleRule stale;
  private final Optional<Duration> fixedLimit;
  private volatile @Nullable Dated newest;

  /**
   * Registers of a template.
   *
   * @param fixedLimit age from which a telegram is too old; empty for the limit that fits the
   *     meter.
   */
  LiveRegisters(
      RegisterTemplate template,
      Installation installation,
      StaleRule stale,
      Optional<Duration> fixedLimit) {
    this.map = new RegisterMap(template, installation);
    this.stale = stale;
    this.fixedLimit = fixedLimit;
  }

  RegisterMap map() {
    return map;
  }

  /** Encodes a telegram, one that may steer something, and swaps it in. */
  void accept(MeterSnapshot snapshot) {
    Reception reception = snapshot.reception();
    long received = reception.receivedNanos();
    long live = fixedLimit.orElseGet(reception::withheldAfter).toNanos();
    long held =
        stale.policy() != StalePolicy.HOLD
            ? live
            : stale.holdSeconds() == 0
                ? Long.MAX_VALUE
                : live + Duration.ofSeconds(stale.holdSeconds()).toNanos();
    RegisterImage afterwards =
        switch (stale.policy()) {
          case ZERO -> map.zeros(received);
          case NOT_AVAILABLE -> map.unavailable(received);
          default -> null;
        };
    newest = new Dated(map.encode(snapshot), afterwards, received, live, held);
  }

  /** The image to answer from; null when the meter is silent and the client has to know it. */
  @Nullable RegisterImage current(long nowNanos) {
    Dated dated = newest;
    if (dated == null) {
      return null;
    }
    boolean serves = nowNanos - dated.receivedNanos <= dated.heldNanos;
    RegisterImage image = serves ? dated.image : dated.afterwards;
    return image == null ? null : image.at(nowNanos);
  }

  /** True when a client without an image is to be left, instead of being told. */
  boolean closes() {
    return stale.policy() == StalePolicy.CLOSE;
  }
}
