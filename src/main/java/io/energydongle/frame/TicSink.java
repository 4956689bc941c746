// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

/** Who takes what a TIC frame reader finds. */
public interface TicSink {

  /**
   * A group with the right checksum, in a frame or outside.
   *
   * @param label its index, or {@link TicLabels#UNKNOWN}.
   */
  void group(int label);

  /** A frame with at least one group; it is only valid during this call. */
  void frame(TicFrame frame);

  /** A group that cannot be used; its frame is kept. */
  void damaged(Rejection rejection);
}
