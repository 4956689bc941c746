// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.config.ModbusSettings;
import io.energydongle.config.ModbusSettings.StalePolicy;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Reception;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The registers to serve right now. The reader thread puts in the image of each new telegram with
 * one volatile write; a request takes it out with one volatile read. An image that has grown too
 * old is never handed out as if it were live.
 *
 * <p>Source: {@code modbus.md} section 3, "Stale data" and "Atomicity".
 */
public final class LiveRegisters {

  /** An image and until when it counts as live. */
  private record Dated(RegisterImage image, long receivedNanos, long withheldAfterNanos) {}

  private final RegisterMap map;
  private final RegisterImage zeros;
  private final StalePolicy policy;
  private final Optional<Duration> fixedLimit;
  private volatile @Nullable Dated newest;

  /**
   * Registers of a template.
   *
   * @throws IllegalArgumentException when the template has problems.
   */
  public LiveRegisters(RegisterTemplate template, ModbusSettings settings) {
    this.map = new RegisterMap(template);
    this.zeros = map.zeros();
    this.policy = settings.stale();
    this.fixedLimit =
        settings.staleAfterSeconds() == 0
            ? Optional.empty()
            : Optional.of(Duration.ofSeconds(settings.staleAfterSeconds()));
  }

  /** Encodes a telegram and swaps it in. One that must not steer anything is left out. */
  public void accept(MeterSnapshot snapshot) {
    if (!snapshot.fitForControl()) {
      return;
    }
    Reception reception = snapshot.reception();
    long limit = fixedLimit.orElseGet(reception::withheldAfter).toNanos();
    newest = new Dated(map.encode(snapshot), reception.receivedNanos(), limit);
  }

  /** True when the template lets these registers be read. */
  boolean covers(int first, int count) {
    return map.covers(first, count);
  }

  /** The image to answer from; null when the meter is silent and the client has to know it. */
  @Nullable RegisterImage current(long nowNanos) {
    Dated dated = newest;
    if (dated == null) {
      return null;
    }
    boolean live = nowNanos - dated.receivedNanos <= dated.withheldAfterNanos;
    if (live || policy == StalePolicy.HOLD) {
      return dated.image;
    }
    return policy == StalePolicy.ZERO ? zeros : null;
  }
}
