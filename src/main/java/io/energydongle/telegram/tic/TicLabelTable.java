// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

import io.energydongle.frame.TicLabels;
import io.energydongle.telegram.tic.TicLabel.Mode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds labels by their text, those of early meters included, and remembers the names of some that
 * are not listed.
 */
public final class TicLabelTable implements TicLabels {

  private static final int SIZE = 1024;
  private static final int UNKNOWN_NAMES_MAX = 32;

  private static final byte[][] NAMES = new byte[SIZE][];
  private static final int[] INDEXES = new int[SIZE];
  private static final byte[][] TEXTS =
      Arrays.stream(TicLabel.values())
          .map(label -> label.text.getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  static {
    for (TicLabel label : TicLabel.values()) {
      put(label.text, label);
    }
    // VTIC 01 wrote these without the S of SN, and SINSTI as SINST1.
    put("SMAXN", TicLabel.SMAXSN);
    put("SMAXN-1", TicLabel.SMAXSN_1);
    put("SINST1", TicLabel.SINSTI);
  }

  private final Set<String> unknownNames = new TreeSet<>();

  @Override
  public int indexOf(byte[] text, int from, int to, boolean standard) {
    int place = hash(text, from, to);
    while (NAMES[place] != null) {
      byte[] name = NAMES[place];
      if (Arrays.equals(name, 0, name.length, text, from, to)) {
        int index = INDEXES[place];
        boolean fits = (TicLabel.at(index).mode == Mode.STANDARD) == standard;
        return fits ? index : unknown(text, from, to);
      }
      place = (place + 1) % SIZE;
    }
    return unknown(text, from, to);
  }

  @Override
  public byte[] text(int label) {
    return TEXTS[label];
  }

  @Override
  public boolean opensFrame(int label) {
    return isAddress(label) || (label >= TicLabel.ADIR1.index() && label <= TicLabel.ADIR3.index());
  }

  @Override
  public boolean comesAnywhere(int label) {
    return label == TicLabel.ADPS.index();
  }

  @Override
  public boolean isAddress(int label) {
    return label == TicLabel.ADCO.index() || label == TicLabel.ADSC.index();
  }

  /** Labels that came with a right checksum and are not listed, at most 32 of them. */
  public Set<String> unknownNames() {
    return Collections.unmodifiableSet(unknownNames);
  }

  private int unknown(byte[] text, int from, int to) {
    if (unknownNames.size() < UNKNOWN_NAMES_MAX) {
      unknownNames.add(new String(text, from, to - from, StandardCharsets.US_ASCII));
    }
    return UNKNOWN;
  }

  private static void put(String text, TicLabel label) {
    byte[] name = text.getBytes(StandardCharsets.US_ASCII);
    int place = hash(name, 0, name.length);
    while (NAMES[place] != null) {
      place = (place + 1) % SIZE;
    }
    NAMES[place] = name;
    INDEXES[place] = label.index();
  }

  private static int hash(byte[] text, int from, int to) {
    int hash = to - from;
    for (int at = from; at < to; at++) {
      hash = hash * 31 + text[at];
    }
    return (hash ^ hash >>> 10) & (SIZE - 1);
  }
}
