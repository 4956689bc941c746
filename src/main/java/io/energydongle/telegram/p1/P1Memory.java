// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import io.energydongle.snapshot.Demand;
import io.energydongle.snapshot.GridConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The lines of a meter that hardly ever change, as they were read last. */
final class P1Memory {

  /** Months of {@code 0-0:98.1.0}. */
  final LineMemory<List<Demand.MonthPeak>> peakHistory = new LineMemory<>();

  /** Entries of {@code 1-0:99.97.0}. */
  final LineMemory<List<GridConnection.Failure>> failureLog = new LineMemory<>();

  private final LineMemory<String> ident = new LineMemory<>();
  private final List<LineMemory<Optional<String>>> texts = new ArrayList<>();

  P1Memory() {
    for (int slot = 0; slot < CosemObject.SLOTS; slot++) {
      texts.add(new LineMemory<>());
    }
  }

  /** Text of a slot. */
  LineMemory<Optional<String>> text(int slot) {
    return texts.get(slot);
  }

  /** The identification line. */
  LineMemory<String> ident() {
    return ident;
  }
}
