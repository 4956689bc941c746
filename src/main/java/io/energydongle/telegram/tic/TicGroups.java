// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

import io.energydongle.frame.Rejection;
import io.energydongle.frame.Rejection.Reason;
import io.energydongle.frame.TicFrame;
import io.energydongle.snapshot.MeterTime;
import io.energydongle.telegram.tic.TicLabel.Form;
import io.energydongle.telegram.tic.TicLabel.Mode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The groups of one frame by label; of a label that comes twice the last one counts. Every value is
 * checked for the form that its label demands, because the checksum of a group has only six bits.
 *
 * <p>What was made of a group is remembered, so that a group that is the same in the next frame is
 * not read again.
 */
final class TicGroups {

  /** A group that is not there, or whose data are not of the right form. */
  static final int ABSENT = -1;

  private static final int LABELS = TicLabel.values().length;

  private final int[] groupOf = new int[LABELS];

  /** Value of each group of digits; not of those with a time, which are not read each time. */
  private final int[] numbers = new int[LABELS];

  private final byte[][] remembered = new byte[LABELS][];
  private final @Nullable Object[] made = new @Nullable Object[LABELS];
  private final List<Rejection> malformed = new ArrayList<>();
  private @Nullable TicFrame current;
  private byte[] in = {};
  private int known;
  private boolean threePhase;

  /** Begins with another frame. */
  void read(TicFrame frame) {
    current = frame;
    in = frame.buffer();
    known = 0;
    threePhase = false;
    malformed.clear();
    Arrays.fill(groupOf, ABSENT);
    for (int group = 0; group < frame.groups(); group++) {
      int label = frame.label(group);
      if (label >= 0) {
        known++;
        take(frame, TicLabel.at(label), group);
      }
    }
  }

  /** Groups whose label is listed. */
  int known() {
    return known;
  }

  /** True when a group came that only three-phase meters send. */
  boolean threePhase() {
    return threePhase;
  }

  /** What could not be used for its form. */
  List<Rejection> malformed() {
    return malformed;
  }

  boolean has(TicLabel label) {
    return groupOf[label.index()] != ABSENT;
  }

  /** The number of a group of digits without a time, 0 or more, or {@link #ABSENT}. */
  int number(TicLabel label) {
    return has(label) ? numbers[label.index()] : ABSENT;
  }

  /** The same for outputs. */
  OptionalInt integer(TicLabel label) {
    int value = number(label);
    return value == ABSENT ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** The bits of a group of hexadecimal digits. */
  OptionalInt bits(TicLabel label) {
    if (!has(label)) {
      return OptionalInt.empty();
    }
    int value = 0;
    for (int at = from(label); at < to(label); at++) {
      value = value << 4 | Character.digit(in[at], 16);
    }
    return OptionalInt.of(value);
  }

  /** The text of a group as sent; empty when there is none or nothing but spaces in it. */
  Optional<String> text(TicLabel label) {
    return made(label, TicGroups::trimmed);
  }

  /** The time stamp of a group. */
  Optional<MeterTime> stamp(TicLabel label) {
    return made(label, (bytes, stampFrom, from, to) -> TicTime.parse(bytes, stampFrom, from - 1));
  }

  /** What {@code maker} makes of a group, made again only when the group has changed. */
  <T> Optional<T> made(TicLabel label, Maker<T> maker) {
    if (!has(label)) {
      return Optional.empty();
    }
    int at = label.index();
    int start = start(label);
    int to = to(label);
    byte[] before = remembered[at];
    if (before == null || !Arrays.equals(before, 0, before.length, in, start, to)) {
      remembered[at] = Arrays.copyOfRange(in, start, to);
      made[at] = maker.make(in, stampFrom(label), from(label), to);
    }
    @SuppressWarnings("unchecked") // a label always has the same maker
    Optional<T> result = (Optional<T>) made[at];
    return result == null ? Optional.empty() : result;
  }

  /** Makes something of a group. */
  @FunctionalInterface
  interface Maker<T> {
    /**
     * The group's meaning.
     *
     * @param stampFrom index of its time stamp, or -1.
     */
    Optional<T> make(byte[] in, int stampFrom, int from, int to);
  }

  private void take(TicFrame frame, TicLabel label, int group) {
    int stampFrom = frame.stampFrom(group);
    int from = frame.dataFrom(group);
    int to = frame.dataTo(group);
    boolean good =
        stampFrom < 0
            ? !label.timed && hasForm(label, from, to)
            : isAsBefore(label, stampFrom, to)
                || (TicTime.isPossible(in, stampFrom, from - 1) && hasForm(label, from, to));
    if (good) {
      groupOf[label.index()] = group;
      threePhase |= label.threePhase;
    } else {
      reject(frame, label, group);
    }
  }

  /** True for a group with a time that has been found good in an earlier frame. */
  private boolean isAsBefore(TicLabel label, int stampFrom, int to) {
    byte[] before = remembered[label.index()];
    return before != null && Arrays.equals(before, 0, before.length, in, stampFrom, to);
  }

  private boolean hasForm(TicLabel label, int from, int to) {
    int length = to - from;
    if (label.form == Form.TEXT) {
      return length <= label.width;
    }
    if (label.form == Form.HEX) {
      return length == label.width && areHexDigits(from, to);
    }
    // Concentrators send the counters of old meters with eight digits.
    boolean oldCounter = label.mode == Mode.HISTORICAL && label.width == 9 && length == 8;
    if (length != label.width && !oldCounter) {
      return false;
    }
    int value = 0;
    for (int at = from; at < to; at++) {
      int digit = in[at] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = value * 10 + digit;
    }
    numbers[label.index()] = value;
    return true;
  }

  private boolean areHexDigits(int from, int to) {
    for (int at = from; at < to; at++) {
      if (Character.digit(in[at], 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private void reject(TicFrame frame, TicLabel label, int group) {
    int start = frame.stampFrom(group) < 0 ? frame.dataFrom(group) : frame.stampFrom(group);
    String kind =
        switch (label.form) {
          case TEXT -> " characters at most";
          case HEX -> " hexadecimal digits";
          case DIGITS -> " digits";
        };
    malformed.add(
        new Rejection(
            Reason.MALFORMED_VALUE,
            frame.offset() + start,
            label.text
                + ": expected "
                + (label.timed ? "a time SYYMMDDhhmmss and " : "")
                + label.width
                + kind
                + ", found \""
                + new String(in, start, frame.dataTo(group) - start, StandardCharsets.US_ASCII)
                    .replace('\t', ' ')
                + '"'));
  }

  private static Optional<String> trimmed(byte[] in, int stampFrom, int from, int to) {
    String text = new String(in, from, to - from, StandardCharsets.US_ASCII).strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private int start(TicLabel label) {
    int stamp = stampFrom(label);
    return stamp < 0 ? from(label) : stamp;
  }

  private int stampFrom(TicLabel label) {
    return frame().stampFrom(groupOf[label.index()]);
  }

  private int from(TicLabel label) {
    return frame().dataFrom(groupOf[label.index()]);
  }

  private int to(TicLabel label) {
    return frame().dataTo(groupOf[label.index()]);
  }

  private TicFrame frame() {
    TicFrame frame = current;
    if (frame == null) {
      throw new IllegalStateException("no frame was read");
    }
    return frame;
  }
}
