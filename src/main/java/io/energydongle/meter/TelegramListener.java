// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.frame.Rejection;
import io.energydongle.snapshot.MeterSnapshot;
import java.util.List;

/** Who takes what a pipeline makes of the bytes of a meter. */
public interface TelegramListener {

  /**
   * A telegram that may be published.
   *
   * @param dropped lines and values of it that could not be used.
   */
  void accepted(MeterSnapshot snapshot, List<Rejection> dropped);

  /** Something that must not be published. */
  void rejected(Rejection rejection);
}
