// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.frame.Rejection;
import io.energydongle.snapshot.MeterSnapshot;

/** Who takes what a pipeline makes of the bytes of a meter. */
public interface TelegramListener {

  /** A telegram that may be published. */
  void accepted(MeterSnapshot snapshot);

  /** A line, group or value that could not be used; the telegram it belongs to may be. */
  void dropped(Rejection rejection);

  /** A telegram, or what began like one, that must not be published. */
  void rejected(Rejection rejection);
}
