// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Counters as a list, which is made again only when one of them has moved. */
final class CounterList {

  private static final long MICRO = 1_000_000;

  private final long[] values;
  private List<OptionalLong> list;

  /** A list of so many counters, none of them known. */
  CounterList(int size) {
    values = new long[size];
    Arrays.fill(values, TicGroups.ABSENT);
    list = asList();
  }

  /** Sets a counter in its own unit, or {@link TicGroups#ABSENT}; true when it is another one. */
  boolean set(int index, long value) {
    boolean moved = values[index] != value;
    values[index] = value;
    return moved;
  }

  /** The counters in millionths of their unit. */
  List<OptionalLong> list(boolean moved) {
    if (moved) {
      list = asList();
    }
    return list;
  }

  private List<OptionalLong> asList() {
    OptionalLong[] counters = new OptionalLong[values.length];
    for (int i = 0; i < counters.length; i++) {
      counters[i] =
          values[i] == TicGroups.ABSENT ? OptionalLong.empty() : OptionalLong.of(values[i] * MICRO);
    }
    return List.of(counters);
  }
}
