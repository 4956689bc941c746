// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How finely the past is kept, and how far back. */
public enum Resolution {
  /** One minute, for 48 hours. */
  MINUTE(60, 48 * 60, 30, 1024, 4),
  /** A quarter-hour, for 13 months: at most 397 days of 96 quarters, and a few days to spare. */
  QUARTER(15 * 60, 400 * 96, 60, 8192, 10);

  private final int seconds;
  private final int capacity;
  private final int lagMaxSeconds;
  private final int recordsPerFile;
  private final int filesKept;

  Resolution(int seconds, int capacity, int lagMaxSeconds, int recordsPerFile, int filesKept) {
    this.seconds = seconds;
    this.capacity = capacity;
    this.lagMaxSeconds = lagMaxSeconds;
    this.recordsPerFile = recordsPerFile;
    this.filesKept = filesKept;
  }

  /** The resolution with that {@link #code()}. */
  public static Optional<Resolution> ofCode(String code) {
    return Arrays.stream(values()).filter(r -> r.code().equals(code)).findFirst();
  }

  /** Name used in every output: {@code minute} or {@code quarter}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Length of an interval. Intervals start at whole multiples of it since 1970, UTC. */
  public int seconds() {
    return seconds;
  }

  /** Most records that are kept; the oldest goes first. */
  public int capacity() {
    return capacity;
  }

  /** How long before the end of an interval its last reading still counts as the end. */
  int lagMaxSeconds() {
    return lagMaxSeconds;
  }

  int recordsPerFile() {
    return recordsPerFile;
  }

  /** Full files beside the one being written; room for an unfinished record per finished one. */
  int filesKept() {
    return filesKept;
  }

  long startOf(long second) {
    return second - Math.floorMod(second, seconds);
  }
}
