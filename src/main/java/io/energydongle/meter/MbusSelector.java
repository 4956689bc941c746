// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.MeterSettings.MbusChannels;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Decides which of several devices of one medium is the live one: replaced meters leave their
 * channel behind, with an old value or none.
 *
 * <p>Source: {@code p1.md} section 5.
 */
final class MbusSelector {

  private static final Duration OLDER_THAN_THE_OTHERS = Duration.ofHours(24);

  /** What is known of the device on a channel. */
  private static final class History {
    private final Optional<String> id;
    private final OptionalLong firstValue;
    private boolean changed;

    History(MbusChannel device) {
      id = device.id();
      firstValue = device.valueMicro();
    }

    void see(MbusChannel device) {
      changed |= device.valueMicro().isPresent() && !device.valueMicro().equals(firstValue);
    }
  }

  private final Map<Integer, History> histories = new HashMap<>();
  private final MbusChannels fixed;

  /** The meter's own time, by which its devices are stamped. */
  private Optional<Instant> now = Optional.empty();

  MbusSelector(MbusChannels fixed) {
    this.fixed = fixed;
  }

  /** The device that counts, for each medium that has one with a reading. */
  Map<Medium, MbusChannel> choose(List<MbusChannel> devices, Optional<MeterTime> meterTime) {
    now = meterTime.flatMap(MeterTime::instant);
    for (MbusChannel device : devices) {
      History history = histories.get(device.channel());
      if (history == null || !history.id.equals(device.id())) {
        history = new History(device);
        histories.put(device.channel(), history);
      }
      history.see(device);
    }
    Map<Medium, MbusChannel> chosen = new EnumMap<>(Medium.class);
    for (Medium medium : Medium.values()) {
      choose(medium, devices).ifPresent(device -> chosen.put(medium, device));
    }
    return chosen;
  }

  private Optional<MbusChannel> choose(Medium medium, List<MbusChannel> devices) {
    int fixedChannel = fixedChannel(medium);
    if (fixedChannel > 0) {
      return devices.stream()
          .filter(d -> d.channel() == fixedChannel && d.valueMicro().isPresent())
          .findFirst();
    }
    List<MbusChannel> candidates =
        devices.stream()
            .filter(d -> d.medium().equals(Optional.of(medium)) && d.valueMicro().isPresent())
            .toList();
    candidates = preferring(candidates, d -> d.id().isPresent());
    candidates = preferring(candidates, this::hasPossibleTime);
    candidates = withoutOld(candidates);
    candidates = preferring(candidates, d -> d.valueMicro().orElse(0) != 0);
    candidates = preferring(candidates, this::everChanged);
    return candidates.stream()
        .max(
            Comparator.comparing((MbusChannel d) -> instant(d).orElse(Instant.MIN))
                .thenComparing(MbusChannel::channel));
  }

  private static List<MbusChannel> withoutOld(List<MbusChannel> candidates) {
    Optional<Instant> newest =
        candidates.stream().flatMap(d -> instant(d).stream()).max(Comparator.naturalOrder());
    return newest.isEmpty()
        ? candidates
        : preferring(
            candidates,
            d ->
                instant(d)
                    .map(at -> !at.isBefore(newest.get().minus(OLDER_THAN_THE_OTHERS)))
                    .orElse(false));
  }

  /** Those that pass, or all of them when none does. */
  private static List<MbusChannel> preferring(
      List<MbusChannel> candidates, Predicate<MbusChannel> better) {
    List<MbusChannel> passing = candidates.stream().filter(better).toList();
    return passing.isEmpty() ? candidates : passing;
  }

  /** A stamp of tomorrow is as wrong as none. */
  private boolean hasPossibleTime(MbusChannel device) {
    Optional<Instant> at = instant(device);
    return at.isPresent()
        && now.map(n -> at.get().isBefore(n.plus(OLDER_THAN_THE_OTHERS))).orElse(true);
  }

  private boolean everChanged(MbusChannel device) {
    History history = histories.get(device.channel());
    return history != null && history.changed;
  }

  private int fixedChannel(Medium medium) {
    return switch (medium) {
      case GAS -> fixed.gas();
      case WATER -> fixed.water();
      case HEAT -> fixed.heat();
    };
  }

  private static Optional<Instant> instant(MbusChannel device) {
    return device.time().flatMap(MeterTime::instant);
  }
}
