// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import io.energydongle.snapshot.MbusChannel.Medium;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One meter reading. Every value comes from the same telegram; no output may mix two readings.
 *
 * <p>Quantities are integers in the unit that ends their name. Empty means "this meter does not
 * report it"; zero means the meter said zero.
 *
 * @param sequence 1 for the first reading since start, then +1 per accepted telegram.
 * @param reception when it arrived, and how long it counts as live.
 * @param meter which meter sent it.
 * @param meterTime the meter's own time; empty when it sends none.
 * @param wiring kind of connection; empty when the telegram does not show it.
 * @param importMilliWatt power taken from the grid, all phases, mW, 0 or more.
 * @param exportMilliWatt power fed into the grid, all phases, mW, 0 or more. Both directions can be
 *     non-zero in one telegram.
 * @param phases L1, L2, L3 in this order; none, 1 or 3 entries.
 * @param currentResolutionMilliAmpere smallest step of the currents as sent, 1..1000 mA; empty when
 *     the meter sends none.
 * @param energyImport counters of energy taken from the grid.
 * @param energyExport counters of energy fed into the grid.
 * @param reactive reactive power and energy.
 * @param tariff number of the running tariff, 1 or more; its meaning differs per country.
 * @param demand quarter-hour demand (Belgium).
 * @param mbus every device on the meter's M-Bus, by rising channel.
 * @param chosen the channel that counts for each medium, an entry of {@code mbus}.
 * @param grid breaker, limits and disturbances.
 * @param tic what only French meters say; empty for others.
 * @param message text message of the grid operator; empty when there is none.
 * @param notes remarks on this reading.
 * @param raw the bytes it was read from.
 */
public record MeterSnapshot(
    long sequence,
    Reception reception,
    MeterIdentity meter,
    Optional<MeterTime> meterTime,
    Optional<Wiring> wiring,
    OptionalLong importMilliWatt,
    OptionalLong exportMilliWatt,
    List<Phase> phases,
    OptionalInt currentResolutionMilliAmpere,
    EnergyRegisters energyImport,
    EnergyRegisters energyExport,
    ReactivePower reactive,
    OptionalInt tariff,
    Demand demand,
    List<MbusChannel> mbus,
    Map<Medium, MbusChannel> chosen,
    GridConnection grid,
    Optional<TicDetails> tic,
    Optional<String> message,
    Set<Note> notes,
    RawTelegram raw) {

  public MeterSnapshot {
    phases = List.copyOf(phases);
    mbus = List.copyOf(mbus);
    chosen = chosen.isEmpty() ? Map.of() : Map.copyOf(chosen);
    notes = notes.isEmpty() ? Set.of() : Set.copyOf(notes);
    if (sequence < 1 || phases.size() == 2 || phases.size() > 3) {
      throw new IllegalArgumentException("sequence " + sequence + ", phases " + phases.size());
    }
  }

  /**
   * Import minus export of the whole connection, mW; negative while exporting. A direction that the
   * meter does not send counts as 0; empty when it sends neither.
   */
  public OptionalLong netMilliWatt() {
    if (importMilliWatt.isEmpty() && exportMilliWatt.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(importMilliWatt.orElse(0) - exportMilliWatt.orElse(0));
  }

  /**
   * False when the telegram holds no electricity, or when a power or current was damaged: an output
   * that steers something keeps its previous reading then and lets it grow old.
   */
  public boolean fitForControl() {
    return netMilliWatt().isPresent()
        && !notes.contains(Note.POWER_UNUSABLE)
        && !notes.contains(Note.CURRENT_UNUSABLE);
  }

  /**
   * Phase {@code number}, or {@link Phase#SILENT} when the telegram has no such phase.
   *
   * @param number 1, 2 or 3.
   */
  public Phase phase(int number) {
    return number <= phases.size() ? phases.get(number - 1) : Phase.SILENT;
  }

  /** The M-Bus device that counts for a medium; empty when none has a reading. */
  public Optional<MbusChannel> device(Medium medium) {
    return Optional.ofNullable(chosen.get(medium));
  }

  /** A builder that starts with everything this reading says. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects the parts of a reading; everything not set means "not reported". */
  @SuppressWarnings("MissingJavadoc")
  public static final class Builder {
    private long sequence = 1;
    private Reception reception;
    private MeterIdentity meter;
    private RawTelegram raw;
    private Optional<MeterTime> meterTime = Optional.empty();
    private Optional<Wiring> wiring = Optional.empty();
    private OptionalLong importMilliWatt = OptionalLong.empty();
    private OptionalLong exportMilliWatt = OptionalLong.empty();
    private List<Phase> phases = List.of();
    private OptionalInt currentResolutionMilliAmpere = OptionalInt.empty();
    private EnergyRegisters energyImport = EnergyRegisters.NONE;
    private EnergyRegisters energyExport = EnergyRegisters.NONE;
    private ReactivePower reactive = ReactivePower.NONE;
    private OptionalInt tariff = OptionalInt.empty();
    private Demand demand = Demand.NONE;
    private List<MbusChannel> mbus = List.of();
    private Map<Medium, MbusChannel> chosen = Map.of();
    private GridConnection grid = GridConnection.UNKNOWN;
    private Optional<TicDetails> tic = Optional.empty();
    private Optional<String> message = Optional.empty();
    private final Set<Note> notes = EnumSet.noneOf(Note.class);

    /** Starts a reading with the three parts that every reading has. */
    public Builder(Reception reception, MeterIdentity meter, RawTelegram raw) {
      this.reception = reception;
      this.meter = meter;
      this.raw = raw;
    }

    private Builder(MeterSnapshot from) {
      this(from.reception, from.meter, from.raw);
      sequence = from.sequence;
      meterTime = from.meterTime;
      wiring = from.wiring;
      importMilliWatt = from.importMilliWatt;
      exportMilliWatt = from.exportMilliWatt;
      phases = from.phases;
      currentResolutionMilliAmpere = from.currentResolutionMilliAmpere;
      energyImport = from.energyImport;
      energyExport = from.energyExport;
      reactive = from.reactive;
      tariff = from.tariff;
      demand = from.demand;
      mbus = from.mbus;
      chosen = from.chosen;
      grid = from.grid;
      tic = from.tic;
      message = from.message;
      notes.addAll(from.notes);
    }

    public Builder sequence(long value) {
      sequence = value;
      return this;
    }

    public Builder reception(Reception value) {
      reception = value;
      return this;
    }

    public Builder meterTime(Optional<MeterTime> value) {
      meterTime = value;
      return this;
    }

    public Builder wiring(Optional<Wiring> value) {
      wiring = value;
      return this;
    }

    public Builder powerMilliWatt(OptionalLong fromGrid, OptionalLong toGrid) {
      importMilliWatt = fromGrid;
      exportMilliWatt = toGrid;
      return this;
    }

    public Builder phases(List<Phase> value) {
      phases = value;
      return this;
    }

    public Builder currentResolutionMilliAmpere(OptionalInt value) {
      currentResolutionMilliAmpere = value;
      return this;
    }

    public Builder energy(EnergyRegisters fromGrid, EnergyRegisters toGrid) {
      energyImport = fromGrid;
      energyExport = toGrid;
      return this;
    }

    public Builder reactive(ReactivePower value) {
      reactive = value;
      return this;
    }

    public Builder tariff(OptionalInt value) {
      tariff = value;
      return this;
    }

    public Builder demand(Demand value) {
      demand = value;
      return this;
    }

    public Builder mbus(List<MbusChannel> value) {
      mbus = value;
      return this;
    }

    public Builder chosen(Map<Medium, MbusChannel> value) {
      chosen = value.isEmpty() ? Map.of() : new EnumMap<>(value);
      return this;
    }

    public Builder grid(GridConnection value) {
      grid = value;
      return this;
    }

    public Builder tic(TicDetails value) {
      tic = Optional.of(value);
      return this;
    }

    public Builder message(Optional<String> value) {
      message = value;
      return this;
    }

    public Builder note(Note note) {
      notes.add(note);
      return this;
    }

    /** The finished reading. */
    public MeterSnapshot build() {
      return new MeterSnapshot(
          sequence,
          reception,
          meter,
          meterTime,
          wiring,
          importMilliWatt,
          exportMilliWatt,
          phases,
          currentResolutionMilliAmpere,
          energyImport,
          energyExport,
          reactive,
          tariff,
          demand,
          mbus,
          chosen,
          grid,
          tic,
          message,
          notes,
          raw);
    }
  }
}
