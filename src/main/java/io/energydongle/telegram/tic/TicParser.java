// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

import io.energydongle.frame.Rejection;
import io.energydongle.frame.Rejection.Reason;
import io.energydongle.frame.TicFrame;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterIdentity.Protocol;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MeterTime;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.RawTelegram;
import io.energydongle.snapshot.Reception;
import io.energydongle.snapshot.TicStatus;
import io.energydongle.snapshot.Wiring;
import io.energydongle.telegram.ParseResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Gives meaning to TIC frames. Order and set of groups vary, so everything is looked up by label.
 *
 * <p>A frame is used only when every group is there and good on which the live values depend; other
 * damaged groups are absent from the reading, and energies are carried over from an earlier frame.
 *
 * <p>One per line, not thread safe: it remembers what kind of meter this is.
 *
 * <p>Source: Enedis-NOI-CPT_54E; ERDF-NOI-CPT_02E; {@code tic.md} sections 4 to 6 and 8.
 */
public final class TicParser {

  private static final Duration ASSUMED_PERIOD = Duration.ofSeconds(2);
  private static final long MICRO = 1_000_000;
  private static final int SUPPLIER_INDEXES = 10;
  private static final String NO_MESSAGE = "PASDEMESSAGE";

  private final TicGroups groups = new TicGroups();
  private final TicMemory memory = new TicMemory();
  private final TicDetailsReader details = new TicDetailsReader(groups);
  private final TicOptions options;
  private final CounterList supplier = new CounterList(SUPPLIER_INDEXES);

  /** A parser with the choices of the user. */
  public TicParser(TicOptions options) {
    this.options = options;
  }

  /**
   * Reads one frame.
   *
   * @param receivedAt host wall clock of its last byte.
   * @param receivedNanos monotonic clock of its last byte.
   */
  public ParseResult parse(TicFrame frame, Instant receivedAt, long receivedNanos) {
    groups.read(frame);
    if (groups.known() == 0) {
      return rejected(
          frame,
          Reason.UNSUPPORTED_METER,
          frame.groups()
              + " good groups, but none with a label of a Linky or of the meters before it; meters"
              + " of businesses (Jaune, ICE, PME-PMI, Saphir) are not supported");
    }
    if (frame.intact() && onlyAddress(frame)) {
      return rejected(
          frame,
          Reason.STANDBY,
          "the meter sends nothing but its address: its TIC output is in standby; ask the supplier"
              + " to have it activated");
    }
    memory.learn(groups, receivedNanos);
    Optional<TicStatus> status = status();
    MeterSnapshot.Builder snapshot =
        new MeterSnapshot.Builder(
            new Reception(receivedAt, receivedNanos, ASSUMED_PERIOD),
            identity(frame),
            new RawTelegram(frame.buffer(), frame.length()));
    TicPower power = new TicPower(groups, memory, options, frame);
    Optional<TicLabel> missing = power.addTo(snapshot, status);
    if (missing.isPresent()) {
      return rejected(
          frame,
          Reason.GROUP_MISSING,
          "frame without a good group " + missing.get().text + ", which its power depends on");
    }
    boolean shortFrame = power.isShortFrame();
    int phases = memory.threePhase() ? 3 : 1;
    snapshot.wiring(Optional.of(phases == 3 ? Wiring.THREE_PHASE_NEUTRAL : Wiring.ONE_PHASE));
    addTime(snapshot, status);
    addEnergies(frame, snapshot);
    snapshot.tariff(tariff());
    snapshot.tic(details.read(status, phases, shortFrame));
    snapshot.message(groups.text(TicLabel.MSG1).filter(TicParser::saysAnything));
    return new ParseResult.Accepted(snapshot.build(), groups.malformed());
  }

  /** Groups of the last frame whose data had not the form that their label demands. */
  public List<Rejection> malformed() {
    return groups.malformed();
  }

  private static boolean onlyAddress(TicFrame frame) {
    for (int group = 0; group < frame.groups(); group++) {
      if (frame.label(group) != TicLabel.ADCO.index()) {
        return false;
      }
    }
    return true;
  }

  private Optional<TicStatus> status() {
    OptionalInt word = groups.bits(TicLabel.STGE);
    return word.isPresent() ? Optional.of(new TicStatus(word.getAsInt())) : Optional.empty();
  }

  private MeterIdentity identity(TicFrame frame) {
    return new MeterIdentity(
        frame.standard() ? Protocol.TIC_STANDARD : Protocol.TIC_HISTORICAL,
        groups.text(TicLabel.VTIC),
        "",
        memory.address(),
        Optional.empty());
  }

  private void addTime(MeterSnapshot.Builder snapshot, Optional<TicStatus> status) {
    Optional<MeterTime> time = groups.stamp(TicLabel.DATE);
    boolean degraded =
        status.map(TicStatus::clockDegraded).orElse(false)
            || time.map(t -> t.instant().isEmpty()).orElse(false);
    if (degraded) {
      snapshot.note(Note.METER_CLOCK_DEGRADED);
      time = time.map(t -> new MeterTime(t.raw(), Optional.empty()));
    }
    snapshot.meterTime(time);
  }

  private void addEnergies(TicFrame frame, MeterSnapshot.Builder snapshot) {
    Energies energies = new Energies(snapshot);
    if (frame.standard()) {
      OptionalLong total = energies.counter(TicLabel.EAST);
      List<OptionalLong> byTariff = energies.ofSupplier();
      boolean producer = groups.has(TicLabel.EAIT) || groups.has(TicLabel.SINSTI);
      OptionalLong fed = producer ? energies.counter(TicLabel.EAIT) : OptionalLong.empty();
      snapshot.energy(new EnergyRegisters(total, byTariff), new EnergyRegisters(fed, List.of()));
    } else {
      List<OptionalLong> byTariff = energies.ofOption(memory.option());
      snapshot.energy(new EnergyRegisters(sumOrEmpty(byTariff), byTariff), EnergyRegisters.NONE);
    }
  }

  /** Counters of this frame, or of an earlier one where damage explains the gap. */
  private final class Energies {
    private final MeterSnapshot.Builder snapshot;

    Energies(MeterSnapshot.Builder snapshot) {
      this.snapshot = snapshot;
    }

    OptionalLong counter(TicLabel label) {
      long value = value(label);
      return value == TicGroups.ABSENT ? OptionalLong.empty() : OptionalLong.of(value * MICRO);
    }

    private long value(TicLabel label) {
      long value = memory.energy(groups, label);
      if (value == TicGroups.ABSENT) {
        value = memory.earlierEnergy(label);
        if (value != TicGroups.ABSENT) {
          snapshot.note(Note.ENERGY_CARRIED_OVER);
        }
      }
      return value;
    }

    List<OptionalLong> ofSupplier() {
      boolean moved = false;
      for (int i = 0; i < SUPPLIER_INDEXES; i++) {
        moved |= supplier.set(i, value(TicLabel.EASF01.plus(i)));
      }
      return supplier.list(moved);
    }

    List<OptionalLong> counters(TicLabel first, int count) {
      List<OptionalLong> counters = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        counters.add(counter(first.plus(i)));
      }
      return counters;
    }

    /** Counters of the contract option; without one, of whatever option has any. */
    List<OptionalLong> ofOption(Optional<String> option) {
      String name = groups.has(TicLabel.BASE) ? "BASE" : option.orElse("");
      if (name.startsWith("HC") || groups.has(TicLabel.HCHC)) {
        return counters(TicLabel.HCHC, 2);
      }
      if (name.startsWith("EJP") || groups.has(TicLabel.EJPHN)) {
        return counters(TicLabel.EJPHN, 2);
      }
      if (name.startsWith("BBR") || groups.has(TicLabel.BBRHCJB)) {
        return counters(TicLabel.BBRHCJB, 6);
      }
      return counters(TicLabel.BASE, 1);
    }
  }

  /** The sum, when every part of it is known. */
  private static OptionalLong sumOrEmpty(List<OptionalLong> parts) {
    long sum = 0;
    for (OptionalLong part : parts) {
      if (part.isEmpty()) {
        return OptionalLong.empty();
      }
      sum += part.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  /** Number of the running tariff: the supplier's index, or the place in the label table. */
  private OptionalInt tariff() {
    OptionalInt index = groups.integer(TicLabel.NTARF);
    if (index.isPresent()) {
      int number = index.getAsInt();
      return number >= 1 && number <= SUPPLIER_INDEXES ? index : OptionalInt.empty();
    }
    return switch (groups.text(TicLabel.PTEC).orElse("")) {
      case "TH..", "HC..", "HN..", "HCJB" -> OptionalInt.of(1);
      case "HP..", "PM..", "HPJB" -> OptionalInt.of(2);
      case "HCJW" -> OptionalInt.of(3);
      case "HPJW" -> OptionalInt.of(4);
      case "HCJR" -> OptionalInt.of(5);
      case "HPJR" -> OptionalInt.of(6);
      default -> OptionalInt.empty();
    };
  }

  private static boolean saysAnything(String message) {
    return !message.replace(" ", "").equals(NO_MESSAGE);
  }

  private static ParseResult rejected(TicFrame frame, Reason reason, String detail) {
    return new ParseResult.Rejected(new Rejection(reason, frame.offset(), detail));
  }
}
