// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

/** What a TIC frame reader has to know about labels. */
public interface TicLabels {

  /** Index of a label that is not listed. */
  int UNKNOWN = -1;

  /**
   * Index of a label, 0 to 127, or {@link #UNKNOWN}.
   *
   * @param standard true in standard mode, where other labels exist than in historical mode.
   */
  int indexOf(byte[] text, int from, int to, boolean standard);

  /** The label with that index, as it stands in a frame; not to be changed. */
  byte[] text(int label);

  /** True for the labels that can stand first in a frame. */
  boolean opensFrame(int label);

  /** True for a group that is put in wherever the frame is, as often as it takes. */
  boolean comesAnywhere(int label);

  /** True for the address of the meter, which stands in every frame once. */
  boolean isAddress(int label);
}
