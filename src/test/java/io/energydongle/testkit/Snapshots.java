// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterIdentity.Protocol;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.RawTelegram;
import io.energydongle.snapshot.Reception;
import io.energydongle.snapshot.Wiring;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Readings made by hand. */
public final class Snapshots {

  private Snapshots() {}

  /** A reading of a meter that sends every second, without any value. */
  public static MeterSnapshot.Builder empty(long receivedNanos) {
    return new MeterSnapshot.Builder(
        new Reception(Instant.EPOCH, receivedNanos, Duration.ofSeconds(1)),
        new MeterIdentity(
            Protocol.DSMR, Optional.of("50"), "EDS5", Optional.of("E1"), Optional.empty()),
        new RawTelegram(new byte[0], 0));
  }

  /** A three-phase reading with that much power and the voltages 230.0, 231.0 and 232.0 V. */
  public static MeterSnapshot.Builder threePhase(long receivedNanos, long netWatt) {
    return empty(receivedNanos)
        .wiring(Optional.of(Wiring.THREE_PHASE_NEUTRAL))
        .powerMilliWatt(
            OptionalLong.of(Math.max(0, netWatt) * 1000),
            OptionalLong.of(Math.max(0, -netWatt) * 1000))
        .phases(
            List.of(
                phase(230_000, 1_000, 230_000),
                phase(231_000, 2_000, 462_000),
                phase(232_000, 3_000, netWatt * 1000 - 692_000)));
  }

  /** A phase that says everything. */
  public static Phase phase(int milliVolt, int milliAmpere, long netMilliWatt) {
    return new Phase(
        OptionalInt.of(milliVolt), OptionalInt.of(milliAmpere), OptionalLong.of(netMilliWatt));
  }

  /** Counters of two tariffs and their sum. */
  public static EnergyRegisters energy(long t1WattHour, long t2WattHour) {
    return new EnergyRegisters(
        OptionalLong.of((t1WattHour + t2WattHour) * 1_000_000),
        List.of(OptionalLong.of(t1WattHour * 1_000_000), OptionalLong.of(t2WattHour * 1_000_000)));
  }
}
