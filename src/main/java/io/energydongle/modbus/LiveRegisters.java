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

  /** What the user chose; replaced as a whole. */
  private record Choice(
      RegisterMap map, RegisterImage zeros, StalePolicy policy, Optional<Duration> fixedLimit) {

    static Choice of(RegisterTemplate template, ModbusSettings settings) {
      RegisterMap map = new RegisterMap(template);
      return new Choice(
          map,
          map.zeros(),
          settings.stale(),
          settings.staleAfterSeconds() == 0
              ? Optional.empty()
              : Optional.of(Duration.ofSeconds(settings.staleAfterSeconds())));
    }
  }

  private volatile Choice choice;
  private volatile @Nullable Dated newest;
  private @Nullable MeterSnapshot last;

  /**
   * Registers of a template.
   *
   * @throws IllegalArgumentException when the template has problems.
   */
  public LiveRegisters(RegisterTemplate template, ModbusSettings settings) {
    this.choice = Choice.of(template, settings);
  }

  /** Goes over to another template or another policy; the newest telegram is encoded again. */
  public synchronized void use(RegisterTemplate template, ModbusSettings settings) {
    newest = null;
    choice = Choice.of(template, settings);
    MeterSnapshot again = last;
    if (again != null) {
      accept(again);
    }
  }

  /** Encodes a telegram and swaps it in. One that must not steer anything is left out. */
  public synchronized void accept(MeterSnapshot snapshot) {
    if (!snapshot.fitForControl()) {
      return;
    }
    last = snapshot;
    Choice now = choice;
    Reception reception = snapshot.reception();
    long limit = now.fixedLimit.orElseGet(reception::withheldAfter).toNanos();
    newest = new Dated(now.map.encode(snapshot), reception.receivedNanos(), limit);
  }

  /** True when the template lets these registers be read. */
  boolean covers(int first, int count) {
    return choice.map.covers(first, count);
  }

  /** The image to answer from; null when the meter is silent and the client has to know it. */
  @Nullable RegisterImage current(long nowNanos) {
    Dated dated = newest;
    if (dated == null) {
      return null;
    }
    boolean live = nowNanos - dated.receivedNanos <= dated.withheldAfterNanos;
    Choice now = choice;
    if (live || now.policy == StalePolicy.HOLD) {
      return dated.image;
    }
    return now.policy == StalePolicy.ZERO ? now.zeros : null;
  }
}
