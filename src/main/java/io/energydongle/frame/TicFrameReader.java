// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

import io.energydongle.frame.Rejection.Reason;
import java.util.Arrays;

/**
 * Cuts TIC frames of both modes out of a stream of characters, as a port that reads eight bits
 * hands them over.
 *
 * <p>Receivers damage the first character after a pause of the meter, so nothing leans on LF or
 * STX: every control character but HT ends a group, and checksum, parity and the list of labels
 * decide whether it was one. Frames begin with STX or with the meter's address and end with ETX,
 * the next beginning, or silence.
 *
 * <p>Parity is even and checked in software; it is stripped by some adapters, which is found out
 * from the groups themselves. It has to be checked where it is there, because the checksum cannot
 * see bit 6.
 *
 * <p>Holds one frame of at most 4 kB, whatever arrives. Not thread safe; one per line.
 *
 * <p>Source: Enedis-NOI-CPT_54E §5.2, §5.3; {@code tic.md} sections 0, 2, 3 and 8.
 */
public final class TicFrameReader {

  /** Longest frame, twice the longest that a meter can send. */
  public static final int LENGTH_MAX = 4096;

  /** Longest group is 110 characters. */
  private static final int GROUP_LENGTH_MAX = 160;

  /** Label, separator, separator and checksum at the least; less is a damaged control character. */
  private static final int GROUP_LENGTH_MIN = 5;

  /** A label that comes again so many groups later belongs to the next frame. */
  private static final int REPEAT_DISTANCE = 4;

  /** So many groups in a row without parity mean that the line has none. */
  private static final int PLAIN_GROUPS = 4;

  private static final int LABELS = 128;

  private static final int STX = 0x02;
  private static final int ETX = 0x03;
  private static final int EOT = 0x04;
  private static final int HT = 0x09;
  private static final int LF = 0x0A;
  private static final int CR = 0x0D;

  /** What each byte means without its parity bit; negative where that is wrong. */
  private static final byte[] CHARACTERS = characters();

  private enum Parity {
    UNKNOWN,
    EVEN,
    STRIPPED
  }

  private final TicSink sink;
  private final TicLabels labels;

  /** With room for looking a label ahead. */
  private final byte[] buffer = new byte[LENGTH_MAX + GROUP_LENGTH_MAX];

  private final TicFrame frame = new TicFrame(buffer);

  /** Number of the group in which each label stood last in this frame, or a negative number. */
  private final int[] lastGroup = new int[LABELS];

  /** Which label came behind which in the last frame: meters keep to one order. */
  private final int[] follower = new int[LABELS];

  private int previous;

  private Parity parity = Parity.UNKNOWN;
  private int plainGroups;
  private long parityErrors;

  private boolean open;
  private boolean addressSeen;
  private boolean skipping;
  private int groupFrom;
  private int sum;
  private int odd;
  private int topBits;
  private int tabs;
  private long position;

  /** A reader that hands what it finds to {@code sink}. */
  public TicFrameReader(TicSink sink, TicLabels labels) {
    this.sink = sink;
    this.labels = labels;
    Arrays.fill(lastGroup, -REPEAT_DISTANCE);
    Arrays.fill(follower, TicLabels.UNKNOWN);
  }

  /** Takes the next bytes of the stream, in pieces of any size. */
  public void feed(byte[] bytes, int offset, int count) {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      at = text(bytes, at, end);
      // Text may have stopped for want of room as well.
      if (at < end && isControl(bytes[at] & 0x7F)) {
        control(bytes[at] & 0x7F);
        at++;
        position++;
      }
    }
  }

  /** The line is silent, or the capture ends: what is open will not be completed. */
  public void endOfInput() {
    pause();
    parity = Parity.UNKNOWN;
  }

  /** A pause longer than any in a frame: what comes next belongs to another one. */
  public void pause() {
    endGroup();
    closeFrame(false);
    startGroup();
  }

  /** Forgets what is open, without a word. */
  public void restart() {
    dropFrame();
    startGroup();
    parity = Parity.UNKNOWN;
    plainGroups = 0;
  }

  /** Characters with wrong parity so far; only counted on lines that have parity. */
  public long parityErrors() {
    return parityErrors;
  }

  private static boolean isControl(int c) {
    return c < ' ' && c != HT;
  }

  /**
   * Takes characters up to the next control character, whose index it returns, or {@code end}. This
   * loop sees every byte of every frame.
   */
  private int text(byte[] in, int from, int end) {
    int room =
        Math.min(LENGTH_MAX - frame.length, GROUP_LENGTH_MAX + 1 - (frame.length - groupFrom));
    int stop = Math.min(end, from + room);
    int to = frame.length;
    int all = sum;
    int top = topBits;
    int wrong = odd;
    int at = from;
    byte[] out = buffer;
    int lastTwo = stop - 1;
    while (at < stop) {
      // Two at a time while there is nothing special about them, which is nearly always.
      while (at < lastTwo) {
        byte b = in[at];
        byte b2 = in[at + 1];
        byte c = CHARACTERS[b & 0xFF];
        byte c2 = CHARACTERS[b2 & 0xFF];
        if (c < ' ' || c2 < ' ') {
          break;
        }
        top |= b | b2;
        all += c + c2;
        out[to] = c;
        out[to + 1] = c2;
        to += 2;
        at += 2;
      }
      if (at == stop) {
        break;
      }
      byte b = in[at];
      int c = CHARACTERS[b & 0xFF];
      if (isControl(c & 0x7F)) {
        break;
      }
      wrong += c >>> 31;
      c &= 0x7F;
      tabs += c == HT ? 1 : 0;
      top |= b;
      all += c;
      out[to++] = (byte) c;
      at++;
    }
    frame.length = to;
    sum = all;
    topBits = top;
    odd = wrong;
    position += at - from;
    if (at == stop && stop < end) {
      overflow();
    }
    return at;
  }

  /** No end of group, or of frame, where one must have come. */
  private void overflow() {
    boolean frameTooLong = frame.length >= LENGTH_MAX;
    if (!skipping) {
      reject(
          frameTooLong ? Reason.TOO_LONG : Reason.MALFORMED_GROUP,
          frameTooLong
              ? "no end of frame within " + LENGTH_MAX + " characters"
              : "no end of group within " + GROUP_LENGTH_MAX + " characters");
    }
    skipping = true;
    if (frameTooLong) {
      dropFrame();
    }
    frame.length = groupFrom;
  }

  private void control(int c) {
    boolean betweenGroups = frame.length == groupFrom && !skipping;
    if (betweenGroups && (c == LF || c == CR)) {
      // Nothing to end: the line feed in front of every group.
      if (open && frame.length < LENGTH_MAX) {
        buffer[frame.length++] = (byte) c;
        groupFrom++;
      }
      return;
    }
    if (c == EOT) {
      // Cut off in the middle, as the meter says itself.
      frame.length = groupFrom;
    }
    endGroup();
    switch (c) {
      case STX -> {
        closeFrame(false);
        openFrame(0);
      }
      case ETX -> closeFrame(true);
      case EOT -> dropFrame();
      default -> {
        // CR, LF, and what became of them on the way.
      }
    }
    if (open && frame.length < LENGTH_MAX) {
      buffer[frame.length++] = (byte) c;
    }
    startGroup();
  }

  private void startGroup() {
    if (!open) {
      frame.length = 0;
    }
    groupFrom = frame.length;
    sum = 0;
    odd = 0;
    topBits = 0;
    tabs = 0;
    skipping = false;
  }

  private void openFrame(int moved) {
    Arrays.fill(lastGroup, -REPEAT_DISTANCE);
    frame.clear();
    frame.length = moved;
    frame.offset = position - moved;
    open = true;
    addressSeen = false;
  }

  private void closeFrame(boolean terminated) {
    if (open && frame.groups > 0) {
      frame.terminated = terminated;
      sink.frame(frame);
    }
    dropFrame();
  }

  private void dropFrame() {
    open = false;
    frame.clear();
    groupFrom = 0;
  }

  private void endGroup() {
    int from = groupFrom;
    int to = frame.length;
    if (skipping || to == from) {
      return;
    }
    if (to - from < GROUP_LENGTH_MIN) {
      reject(Reason.MALFORMED_GROUP, "expected label, data and checksum, found " + shown(from, to));
      return;
    }
    if (parity == Parity.EVEN ? odd > 0 : topBits < 0 && odd > 0) {
      rejectDamagedCharacters();
      return;
    }
    boolean standard = tabs > 0;
    int last = to - 1;
    int separator = to - 2;
    int expected = standard ? sum - buffer[last] : sum - buffer[last] - ' ';
    boolean formed = standard ? tabs <= 3 && buffer[separator] == HT : buffer[separator] == ' ';
    int expectedLabel = follower[previous];
    int labelTo = from + lengthIfHere(expectedLabel, from, standard ? HT : ' ');
    boolean asBefore = labelTo > from;
    if (!asBefore) {
      labelTo = find(from, separator, standard ? HT : ' ');
    }
    // Two tabs enclose the data; a third one stands behind the time stamp.
    boolean stamped = tabs == 3;
    int second = stamped ? find(labelTo + 1, separator, HT) : separator;
    if (!formed || labelTo >= separator || labelTo == from || stamped != (second < separator)) {
      reject(
          Reason.MALFORMED_GROUP,
          "expected label, separator, data, separator and checksum, found " + shown(from, to));
      return;
    }
    int checksum = (expected & 0x3F) + ' ';
    if (buffer[last] != checksum) {
      reject(
          Reason.CHECKSUM_MISMATCH,
          "group says '"
              + (char) buffer[last]
              + "', its characters give '"
              + (char) checksum
              + "': "
              + shown(from, to));
      return;
    }
    learnParity();
    int label = asBefore ? expectedLabel : labels.indexOf(buffer, from, labelTo, standard);
    if (label >= 0) {
      follower[previous] = label;
      previous = label;
    }
    place(
        label, standard, stamped ? labelTo + 1 : -1, stamped ? second + 1 : labelTo + 1, separator);
  }

  /** Length of that label when it stands here with its separator behind it, else 0. */
  private int lengthIfHere(int label, int from, int separator) {
    if (label < 0) {
      return 0;
    }
    byte[] name = labels.text(label);
    int length = name.length;
    if (buffer[from + length] != separator) {
      return 0;
    }
    for (int i = 0; i < length; i++) {
      if (buffer[from + i] != name[i]) {
        return 0;
      }
    }
    return length;
  }

  private void rejectDamagedCharacters() {
    parityErrors += parity == Parity.EVEN ? odd : 0;
    reject(
        Reason.DAMAGED_CHARACTER,
        odd + " character(s) with wrong parity: " + shown(groupFrom, frame.length));
    plainGroups += topBits < 0 ? 0 : 1;
    if (plainGroups >= PLAIN_GROUPS) {
      parity = Parity.UNKNOWN;
      plainGroups = 0;
    }
  }

  /** A group with the right checksum shows whether the line has parity. */
  private void learnParity() {
    if (topBits < 0) {
      parity = Parity.EVEN;
      plainGroups = 0;
    } else if (odd > 0) {
      parity = Parity.STRIPPED;
    }
  }

  /** Puts a good group into the frame it belongs to. */
  private void place(int label, boolean standard, int stampFrom, int dataFrom, int dataTo) {
    sink.group(label);
    boolean address = label >= 0 && labels.isAddress(label);
    int shift = 0;
    if (open && frame.groups > 0 && beginsNextFrame(label, standard, address)) {
      shift = moveGroupToNewFrame();
    } else if (!open && label >= 0 && labels.opensFrame(label)) {
      int length = frame.length;
      openFrame(length);
    }
    if (!open) {
      return;
    }
    if (frame.groups == 0) {
      frame.standard = standard;
    }
    if (label >= 0) {
      lastGroup[label] = frame.groups;
      addressSeen |= address;
    }
    int stamp = stampFrom < 0 ? stampFrom : stampFrom - shift;
    if (!frame.add(label, stamp, dataFrom - shift, dataTo - shift)) {
      dropFrame();
    }
  }

  /** True when the boundary in front of this group was lost on the way. */
  private boolean beginsNextFrame(int label, boolean standard, boolean address) {
    if (standard != frame.standard) {
      return true;
    }
    if (label < 0) {
      return false;
    }
    int since = frame.groups - lastGroup[label];
    boolean repeated =
        lastGroup[label] >= 0 && since >= REPEAT_DISTANCE && !labels.comesAnywhere(label);
    return repeated || (address && addressSeen && since > 1);
  }

  /** Closes the open frame in front of the last group; gives how far that group moved. */
  private int moveGroupToNewFrame() {
    int from = groupFrom;
    int length = frame.length - from;
    frame.length = from;
    frame.terminated = false;
    sink.frame(frame);
    System.arraycopy(buffer, from, buffer, 0, length);
    openFrame(length);
    groupFrom = 0;
    return from;
  }

  private void reject(Reason reason, String detail) {
    frame.damaged += open ? 1 : 0;
    sink.damaged(new Rejection(reason, position - (frame.length - groupFrom), detail));
  }

  private int find(int from, int to, int wanted) {
    int at = from;
    while (at < to && buffer[at] != wanted) {
      at++;
    }
    return at;
  }

  /** A group for people: its first characters, with what cannot be printed as a dot. */
  private String shown(int from, int to) {
    StringBuilder text = new StringBuilder(48).append('"');
    int stop = Math.min(to, from + 32);
    for (int at = from; at < stop; at++) {
      byte c = buffer[at];
      text.append(c == HT ? ' ' : c >= ' ' && c < 0x7F ? (char) c : '.');
    }
    return text.append(stop < to ? "...\"" : "\"").toString();
  }

  private static byte[] characters() {
    byte[] table = new byte[0x100];
    for (int b = 0; b < table.length; b++) {
      boolean even = (Integer.bitCount(b) & 1) == 0;
      table[b] = (byte) (even ? b & 0x7F : b | 0x80);
    }
    return table;
  }
}
