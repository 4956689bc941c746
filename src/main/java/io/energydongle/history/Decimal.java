// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import java.io.IOException;

/** Exact decimals without floating point. */
final class Decimal {

  private static final int LITRES_PER_CUBIC_METRE = 1000;

  private Decimal() {}

  /** Writes litres as m3 with three decimals. */
  static void appendCubicMetres(Appendable out, long litre) throws IOException {
    String decimals = Long.toString(LITRES_PER_CUBIC_METRE + litre % LITRES_PER_CUBIC_METRE);
    out.append(Long.toString(litre / LITRES_PER_CUBIC_METRE))
        .append('.')
        .append(decimals, 1, decimals.length());
  }
}
