// SPDX-License-Identifier: Apache-2.0
package io.energydongle.simulate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a simulated meter can play. */
public enum Scenario {
  /** DSMR 5, three phases, a telegram a second. */
  DSMR5_3PHASE,
  /** DSMR 4.2, one phase, no voltage, a telegram every ten seconds. */
  DSMR42,
  /** e-MUCS 1.7, three phases with neutral, demand and peaks. */
  EMUCS,
  /** e-MUCS 1.7 on a network without neutral. */
  EMUCS_3X230,
  /** Linky in standard mode, one phase, consumer. */
  TIC_STANDARD,
  /** Linky in standard mode, one phase, producer: export is measured. */
  TIC_STANDARD_PRODUCER,
  /** Linky in standard mode, three phases. */
  TIC_STANDARD_3PHASE,
  /** Linky in historical mode, one phase. */
  TIC_HISTORICAL,
  /** A minute of historical mode, then standard mode, as when the grid operator switches it. */
  TIC_MODE_SWITCH,
  /** A cable on which nothing comes. */
  SILENCE,
  /** Bytes that are no telegram. */
  NOISE,
  /** A minute of one meter, a pause, then another meter with other counters. */
  METER_SWAP;

  /** The one that plays when none is named. */
  public static final Scenario DEFAULT = DSMR5_3PHASE;

  /** Name on the command line. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The scenario of that name. */
  public static Optional<Scenario> of(String code) {
    return Arrays.stream(values()).filter(s -> s.code().equals(code)).findFirst();
  }

  /** All names, for people. */
  public static String codes() {
    return Arrays.stream(values()).map(Scenario::code).collect(Collectors.joining(", "));
  }
}
