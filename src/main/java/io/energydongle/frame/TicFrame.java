// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

/**
 * One TIC frame as bytes, before meaning: its groups with the right checksum, in the order sent.
 *
 * <p>Belongs to the frame reader and is only valid during the call that hands it over.
 */
public final class TicFrame {

  /** More groups than any meter sends (67). */
  static final int GROUPS_MAX = 128;

  private final byte[] buffer;
  private final int[] label = new int[GROUPS_MAX];
  private final int[] stampFrom = new int[GROUPS_MAX];
  private final int[] dataFrom = new int[GROUPS_MAX];
  private final int[] dataTo = new int[GROUPS_MAX];

  int length;
  long offset;
  boolean standard;
  boolean terminated;
  int groups;
  int damaged;

  TicFrame(byte[] buffer) {
    this.buffer = buffer;
  }

  /** The bytes without parity bits, from index 0, groups with wrong checksum included. */
  public byte[] buffer() {
    return buffer;
  }

  /** Number of bytes, at most {@link TicFrameReader#LENGTH_MAX}. */
  public int length() {
    return length;
  }

  /** Place of the first byte in the stream, counted from 0. */
  public long offset() {
    return offset;
  }

  /** True in standard mode, false in historical mode. */
  public boolean standard() {
    return standard;
  }

  /** True when the meter's own end of frame came and no group was damaged. */
  public boolean intact() {
    return terminated && damaged == 0;
  }

  /** True when a group of this frame was damaged, so that another one may be missing. */
  public boolean hasDamage() {
    return damaged > 0;
  }

  /** Number of groups with the right checksum, 1 or more. */
  public int groups() {
    return groups;
  }

  /** Label of a group, or {@link TicLabels#UNKNOWN}. */
  public int label(int group) {
    return label[group];
  }

  /** Index of its time stamp in the buffer; -1 when it has none. */
  public int stampFrom(int group) {
    return stampFrom[group];
  }

  /** Index of its first byte of data in the buffer. */
  public int dataFrom(int group) {
    return dataFrom[group];
  }

  /** Index behind its last byte of data in the buffer; may be that of the first. */
  public int dataTo(int group) {
    return dataTo[group];
  }

  void clear() {
    length = 0;
    groups = 0;
    damaged = 0;
    terminated = false;
  }

  /** Notes a group; false when there are too many. */
  boolean add(int groupLabel, int stamp, int from, int to) {
    if (groups == GROUPS_MAX) {
      return false;
    }
    label[groups] = groupLabel;
    stampFrom[groups] = stamp;
    dataFrom[groups] = from;
    dataTo[groups] = to;
    groups++;
    return true;
  }
}
