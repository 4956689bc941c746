// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.snapshot.MeterSnapshot;
import java.util.Locale;

/**
 * The power of the last 15 minutes, at most one value a second, so that a page that opens has a
 * past to show. In memory only. Thread safe.
 */
final class RecentPower {

  private static final int SECONDS = 15 * 60;

  private final long[] atSecond = new long[SECONDS];
  private final long[] milliWatt = new long[SECONDS];
  private int next;
  private int count;

  /** Takes a reading; of several in one second the last one counts. */
  synchronized void accept(MeterSnapshot snapshot) {
    if (snapshot.netMilliWatt().isEmpty()) {
      return;
    }
    long second = snapshot.reception().receivedAt().getEpochSecond();
    int last = (next + SECONDS - 1) % SECONDS;
    if (count == 0 || atSecond[last] != second) {
      last = next;
      next = (next + 1) % SECONDS;
      count = Math.min(SECONDS, count + 1);
    }
    atSecond[last] = second;
    milliWatt[last] = snapshot.netMilliWatt().getAsLong();
  }

  /** Forgets everything. */
  synchronized void clear() {
    count = 0;
  }

  /**
   * Times in seconds since 1970 and powers in watt, oldest first; nothing older than 15 minutes.
   */
  synchronized String json(long nowSecond) {
    StringBuilder times = new StringBuilder(12 * count + 16);
    StringBuilder powers = new StringBuilder(8 * count + 16);
    for (int i = 0; i < count; i++) {
      int at = (next - count + i + 2 * SECONDS) % SECONDS;
      if (nowSecond - atSecond[at] <= SECONDS) {
        String comma = times.length() == 0 ? "" : ",";
        times.append(comma).append(atSecond[at]);
        powers.append(comma).append(String.format(Locale.ROOT, "%.0f", milliWatt[at] / 1e3));
      }
    }
    return "{\"t\":[" + times + "],\"power_w\":[" + powers + "]}";
  }
}
