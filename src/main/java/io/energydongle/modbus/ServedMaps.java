// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.config.ModbusSettings.StalePolicy;
import io.energydongle.snapshot.MeterSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which registers a unit identifier sees: one map for all of them, and others for some. Replaced as
 * a whole; a change is in force for the next request.
 *
 * <p>Source: {@code product.md} rows M2.2 and M2.4.
 */
public final class ServedMaps {

  private static final int UNITS = 256;

  /**
   * A map and its rule.
   *
   * @param template what the registers hold.
   * @param stale what clients get when the meter is silent.
   */
  public record Served(RegisterTemplate template, StaleRule stale) {}

  /**
   * What the user chose.
   *
   * @param everywhere map of every unit identifier that is not named.
   * @param byUnit maps of single unit identifiers, 0..255.
   * @param fixedLimit age from which a telegram is too old; empty for the limit that fits the
   *     meter.
   */
  public record Choice(
      Served everywhere,
      Map<Integer, Served> byUnit,
      Optional<Duration> fixedLimit,
      Installation installation) {
    public Choice {
      byUnit = Map.copyOf(byUnit);
    }

    /** One map for everybody, with an exception when the meter is silent. */
    public static Choice only(RegisterTemplate template) {
      StaleRule exception = new StaleRule(StalePolicy.EXCEPTION, 0);
      return new Choice(
          new Served(template, exception), Map.of(), Optional.empty(), new Installation("", 0));
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never changed once it is in force
  private record InForce(LiveRegisters[] units, List<LiveRegisters> all) {}

  private volatile InForce inForce;
  private @Nullable MeterSnapshot last;

  /** With a first choice. */
  public ServedMaps(Choice choice) {
    inForce = of(choice);
  }

  private static InForce of(Choice choice) {
    LiveRegisters[] units = new LiveRegisters[UNITS];
    List<LiveRegisters> all = new ArrayList<>();
    LiveRegisters everywhere = live(choice.everywhere, choice);
    all.add(everywhere);
    Arrays.fill(units, everywhere);
    choice.byUnit.forEach(
        (unit, served) -> {
          LiveRegisters own = live(served, choice);
          all.add(own);
          units[unit] = own;
        });
    return new InForce(units, List.copyOf(all));
  }

  private static LiveRegisters live(Served served, Choice choice) {
    return new LiveRegisters(served.template, choice.installation, served.stale, choice.fixedLimit);
  }

  /** Goes over to another choice; the newest telegram is encoded again. */
  public synchronized void use(Choice choice) {
    InForce next = of(choice);
    MeterSnapshot again = last;
    if (again != null) {
      next.all.forEach(registers -> registers.accept(again));
    }
    inForce = next;
  }

  /** Encodes a telegram and swaps it in. One that must not steer anything is left out. */
  public synchronized void accept(MeterSnapshot snapshot) {
    if (!snapshot.fitForControl()) {
      return;
    }
    last = snapshot;
    for (LiveRegisters registers : inForce.all) {
      registers.accept(snapshot);
    }
  }

  /** What a unit identifier sees. */
  LiveRegisters of(int unit) {
    return inForce.units[unit];
  }
}
