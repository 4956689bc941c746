// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Phase;
import java.util.OptionalLong;

/**
 * Watches whether the phases add up to the total. Meters sample both at slightly different moments,
 * so neither is corrected; only a lasting gap is worth a warning.
 *
 * <p>Source: {@code p1.md} section 4 "Sum check measured".
 */
final class PhaseSumCheck {

  private static final int TELEGRAMS = 60;
  private static final long GAP_MILLI_WATT_MIN = 100_000;
  private static final int GAP_PERCENT = 10;

  private final boolean[] apart = new boolean[TELEGRAMS];
  private int next;
  private int count;

  /** Looks at one more telegram. */
  void look(MeterSnapshot snapshot) {
    OptionalLong sum = sum(snapshot);
    // A phase of a French meter shows 0 while it exports.
    if (snapshot.tic().isPresent() || sum.isEmpty() || snapshot.netMilliWatt().isEmpty()) {
      return;
    }
    long total = snapshot.netMilliWatt().getAsLong();
    long allowed = Math.max(GAP_MILLI_WATT_MIN, Math.abs(total) * GAP_PERCENT / 100);
    count -= apart[next] ? 1 : 0;
    apart[next] = Math.abs(total - sum.getAsLong()) > allowed;
    count += apart[next] ? 1 : 0;
    next = (next + 1) % TELEGRAMS;
  }

  /** True while more than half of the last 60 telegrams do not add up. */
  boolean lasting() {
    return count > TELEGRAMS / 2;
  }

  private static OptionalLong sum(MeterSnapshot snapshot) {
    long sum = 0;
    for (Phase phase : snapshot.phases()) {
      if (phase.netMilliWatt().isEmpty()) {
        return OptionalLong.empty();
      }
      sum += phase.netMilliWatt().getAsLong();
    }
    return snapshot.phases().isEmpty() ? OptionalLong.empty() : OptionalLong.of(sum);
  }
}
