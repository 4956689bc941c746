// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

import io.energydongle.frame.Rejection;
import io.energydongle.frame.Rejection.Reason;
import io.energydongle.frame.TicFrame;
import io.energydongle.snapshot.MeterTime;
import io.energydongle.telegram.tic.TicLabel.Form;
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
        take(TicLabel.at(label), group);
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

  /** The number of a group of digits, 0 or more, or {@link #ABSENT}. */
  int number(TicLabel label) {
    if (!has(label)) {
      return ABSENT;
    }
    int value = 0;
    int to = to(label);
    for (int at = from(label); at < to; at++) {
      value = value * 10 + in[at] - '0';
    }
    return value;
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

  private void take(TicLabel label, int group) {
    int previous = groupOf[label.index()];
    groupOf[label.index()] = group;
    String fault = stampFault(label);
    fault = fault == null ? fault(label) : fault;
    if (fault != null) {
      groupOf[label.index()] = previous;
      malformed.add(
          new Rejection(Reason.MALFORMED_VALUE, offset(group), label.text + ": " + fault));
      return;
    }
    threePhase |= label.threePhase;
  }

  private @Nullable String fault(TicLabel label) {
    int from = from(label);
    int to = to(label);
    int length = to - from;
    if (label.form == Form.TEXT) {
      return length > label.width ? "expected at most " + label.width + " characters" : null;
    }
    // Concentrators send the counters of old meters with eight digits.
    boolean fits = length == label.width || (label.width == 9 && length == 8);
    for (int at = from; at < to && fits; at++) {
      byte c = in[at];
      fits = c >= '0' && (c <= '9' || (label.form == Form.HEX && isHexLetter(c)));
    }
    if (!fits) {
      return "expected "
          + label.width
          + (label.form == Form.HEX ? " hexadecimal digits" : " digits")
          + ", found \""
          + new String(in, from, length, StandardCharsets.US_ASCII)
          + '"';
    }
    return null;
  }

  private @Nullable String stampFault(TicLabel label) {
    int from = stampFrom(label);
    if (from < 0 || TicTime.isPossible(in, from, from(label) - 1)) {
      return null;
    }
    return "expected a time SYYMMDDhhmmss, found \""
        + new String(in, from, from(label) - 1 - from, StandardCharsets.US_ASCII)
        + '"';
  }

  private static boolean isHexLetter(byte c) {
    return (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
  }

  private static Optional<String> trimmed(byte[] in, int stampFrom, int from, int to) {
    String text = new String(in, from, to - from, StandardCharsets.US_ASCII).strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private long offset(int group) {
    return frame().offset() + frame().dataFrom(group);
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
