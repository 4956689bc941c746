// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

import io.energydongle.snapshot.TicDetails;
import io.energydongle.snapshot.TicDetails.Block;
import io.energydongle.snapshot.TicDetails.Calendar;
import io.energydongle.snapshot.TicDetails.Limits;
import io.energydongle.snapshot.TicDetails.Load;
import io.energydongle.snapshot.TicDetails.MobilePeak;
import io.energydongle.snapshot.TicDetails.Tariff;
import io.energydongle.snapshot.TicDetails.Timed;
import io.energydongle.snapshot.TicDetails.TimedValue;
import io.energydongle.snapshot.TicStatus;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The labels that no other meter has.
 *
 * <p>Source: Enedis-NOI-CPT_54E §6.1, §6.2; {@code tic.md} sections 4 and 5.
 */
final class TicDetailsReader {

  private static final int VOLT_AMPERE_PER_KILO = 1000;

  /** Voltage from which the subscribed current follows from the subscribed power. */
  private static final int SUBSCRIPTION_VOLT = 200;

  private static final int BLOCK_WIDTH = 8;
  private static final int PEAKS = 3;

  private static final Timed[] TIMED_NAMES = Timed.values();
  private static final TicLabel[] TIMED_LABELS = timedLabels();

  private final TicGroups groups;
  private final CounterList distributor = new CounterList(4);
  private final CounterList reactive = new CounterList(4);
  private final @Nullable TimedValue[] lastTimed = new @Nullable TimedValue[TIMED_LABELS.length];
  private Map<Timed, TimedValue> timed = Map.of();

  TicDetailsReader(TicGroups groups) {
    this.groups = groups;
  }

  TicDetails read(Optional<TicStatus> status, int phases, boolean shortFrame) {
    return new TicDetails(
        tariff(),
        limits(phases),
        timed(),
        counters(TicLabel.EASD01, distributor),
        counters(TicLabel.ERQ1, reactive),
        status,
        groups.integer(TicLabel.RELAIS),
        calendar(),
        groups.text(TicLabel.MSG2),
        groups.text(TicLabel.PRM),
        load(phases),
        shortFrame);
  }

  private Tariff tariff() {
    return new Tariff(
        either(TicLabel.NGTF, TicLabel.OPTARIF),
        either(TicLabel.LTARF, TicLabel.PTEC),
        groups.text(TicLabel.DEMAIN).filter(TicDetailsReader::saysAnything),
        groups.integer(TicLabel.PEJP),
        groups.text(TicLabel.HHPHC),
        groups.text(TicLabel.MOTDETAT));
  }

  private Optional<String> either(TicLabel standard, TicLabel historical) {
    Optional<String> text = groups.text(standard);
    return text.isPresent() ? text : groups.text(historical);
  }

  private static boolean saysAnything(String colour) {
    return !colour.equals("----") && !colour.equals("____");
  }

  private Limits limits(int phases) {
    OptionalInt ampere = groups.integer(TicLabel.ISOUSC);
    OptionalInt subscribed = kilo(TicLabel.PREF);
    if (subscribed.isEmpty() && ampere.isPresent()) {
      subscribed = OptionalInt.of(ampere.getAsInt() * SUBSCRIPTION_VOLT * phases);
    }
    return new Limits(subscribed, kilo(TicLabel.PCOUP), ampere);
  }

  private OptionalInt kilo(TicLabel label) {
    int value = groups.number(label);
    return value == TicGroups.ABSENT
        ? OptionalInt.empty()
        : OptionalInt.of(value * VOLT_AMPERE_PER_KILO);
  }

  /** The same map as long as nothing in it has changed: these values change once in minutes. */
  @SuppressWarnings("ReferenceEquality") // an unchanged group gives the very same object
  private Map<Timed, TimedValue> timed() {
    boolean changed = false;
    for (int i = 0; i < TIMED_LABELS.length; i++) {
      TimedValue value = groups.made(TIMED_LABELS[i], TicDetailsReader::timedValue).orElse(null);
      changed |= value != lastTimed[i];
      lastTimed[i] = value;
    }
    if (changed) {
      Map<Timed, TimedValue> values = new EnumMap<>(Timed.class);
      for (int i = 0; i < TIMED_LABELS.length; i++) {
        TimedValue value = lastTimed[i];
        if (value != null) {
          values.put(TIMED_NAMES[i], value);
        }
      }
      timed = Map.copyOf(values);
    }
    return timed;
  }

  private static Optional<TimedValue> timedValue(byte[] in, int stampFrom, int from, int to) {
    long value = 0;
    for (int at = from; at < to; at++) {
      value = value * 10 + in[at] - '0';
    }
    long number = value;
    return stampFrom < 0
        ? Optional.empty()
        : TicTime.parse(in, stampFrom, from - 1).map(at -> new TimedValue(number, at));
  }

  private List<OptionalLong> counters(TicLabel first, CounterList kept) {
    boolean any = false;
    boolean moved = false;
    for (int i = 0; i < 4; i++) {
      int value = groups.number(first.plus(i));
      any |= value != TicGroups.ABSENT;
      moved |= kept.set(i, value);
    }
    List<OptionalLong> counters = kept.list(moved);
    return any ? counters : List.of();
  }

  private Calendar calendar() {
    List<MobilePeak> peaks = new ArrayList<>(0);
    for (int i = 0; i < PEAKS; i++) {
      TicLabel from = TicLabel.DPM1.plus(2 * i);
      TicLabel to = TicLabel.FPM1.plus(2 * i);
      if (groups.has(from) || groups.has(to)) {
        Optional<TimedValue> begin = groups.made(from, TicDetailsReader::timedValue);
        Optional<TimedValue> end = groups.made(to, TicDetailsReader::timedValue);
        long profile = begin.or(() -> end).map(TimedValue::value).orElse(0L);
        peaks.add(
            new MobilePeak(
                i + 1, begin.map(TimedValue::at), end.map(TimedValue::at), (int) profile));
      }
    }
    return new Calendar(
        groups.integer(TicLabel.NJOURF),
        groups.integer(TicLabel.NJOURF_1),
        groups.made(TicLabel.PJOURF_1, TicDetailsReader::blocks).orElse(List.of()),
        groups.made(TicLabel.PPOINTE, TicDetailsReader::blocks).orElse(List.of()),
        peaks);
  }

  /** Blocks {@code HHMMSSSS} with a space between them, up to the first that is none. */
  private static Optional<List<Block>> blocks(byte[] in, int stampFrom, int from, int to) {
    List<Block> blocks = new ArrayList<>();
    for (int at = from; at + BLOCK_WIDTH <= to; at += BLOCK_WIDTH + 1) {
      int time = number(in, at, at + 4, 10);
      int actions = number(in, at + 4, at + BLOCK_WIDTH, 16);
      if (time < 0 || actions < 0 || time / 100 > 23 || time % 100 > 59) {
        break;
      }
      blocks.add(new Block(LocalTime.of(time / 100, time % 100), actions));
    }
    return Optional.of(List.copyOf(blocks));
  }

  private static int number(byte[] in, int from, int to, int radix) {
    int value = 0;
    for (int at = from; at < to; at++) {
      int digit = Character.digit(in[at], radix);
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }

  private Load load(int phases) {
    return new Load(
        phases == 1 ? each(TicLabel.ADPS, 1) : each(TicLabel.ADIR1, 3),
        phases == 1 ? each(TicLabel.IMAX, 1) : each(TicLabel.IMAX1, 3),
        groups.integer(TicLabel.PMAX),
        groups.bits(TicLabel.PPOT));
  }

  private List<OptionalInt> each(TicLabel first, int count) {
    OptionalInt[] values = new OptionalInt[count];
    boolean any = false;
    for (int i = 0; i < count; i++) {
      values[i] = groups.integer(first.plus(i));
      any |= values[i].isPresent();
    }
    return any ? Arrays.asList(values) : List.of();
  }

  private static TicLabel[] timedLabels() {
    Map<Timed, TicLabel> labels = new EnumMap<>(Timed.class);
    labels.put(Timed.MAX_IMPORT_TODAY_VA, TicLabel.SMAXSN);
    labels.put(Timed.MAX_IMPORT_TODAY_L1_VA, TicLabel.SMAXSN1);
    labels.put(Timed.MAX_IMPORT_TODAY_L2_VA, TicLabel.SMAXSN2);
    labels.put(Timed.MAX_IMPORT_TODAY_L3_VA, TicLabel.SMAXSN3);
    labels.put(Timed.MAX_IMPORT_YESTERDAY_VA, TicLabel.SMAXSN_1);
    labels.put(Timed.MAX_IMPORT_YESTERDAY_L1_VA, TicLabel.SMAXSN1_1);
    labels.put(Timed.MAX_IMPORT_YESTERDAY_L2_VA, TicLabel.SMAXSN2_1);
    labels.put(Timed.MAX_IMPORT_YESTERDAY_L3_VA, TicLabel.SMAXSN3_1);
    labels.put(Timed.MAX_EXPORT_TODAY_VA, TicLabel.SMAXIN);
    labels.put(Timed.MAX_EXPORT_YESTERDAY_VA, TicLabel.SMAXIN_1);
    labels.put(Timed.MEAN_IMPORT_W, TicLabel.CCASN);
    labels.put(Timed.MEAN_IMPORT_BEFORE_W, TicLabel.CCASN_1);
    labels.put(Timed.MEAN_EXPORT_W, TicLabel.CCAIN);
    labels.put(Timed.MEAN_EXPORT_BEFORE_W, TicLabel.CCAIN_1);
    labels.put(Timed.MEAN_VOLTAGE_L1_V, TicLabel.UMOY1);
    labels.put(Timed.MEAN_VOLTAGE_L2_V, TicLabel.UMOY2);
    labels.put(Timed.MEAN_VOLTAGE_L3_V, TicLabel.UMOY3);
    return Arrays.stream(TIMED_NAMES)
        .map(name -> Objects.requireNonNull(labels.get(name)))
        .toArray(TicLabel[]::new);
  }
}
