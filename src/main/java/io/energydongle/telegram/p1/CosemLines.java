// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

/**
 * The data lines of one telegram, found in a single pass: for each known object the places of its
 * bracketed values. Reused for every telegram; nothing is copied out of the frame's buffer.
 *
 * <p>A line that breaks the grammar is skipped and remembered, the others stay. When an object
 * comes twice, the first counts. A line that begins with a bracket continues the line above.
 *
 * <p>Source: DSMR P1 5.0.2 §6.2; {@code p1.md} section 2.
 */
final class CosemLines {

  /** Skipped lines that are remembered with their place; more are only counted. */
  static final int SKIPPED_MAX = 8;

  /** Brackets of a whole telegram; the longest known has about 120. */
  private static final int GROUPS_MAX = 1024;

  private static final int PLACES = 64;

  /** Codes are made of * - . : and digits, which are five bits each from here on. */
  private static final int LOWEST_IN_CODE = '*';

  private static final int BITS_IN_CODE = 5;

  private static final int OBIS_GROUP_MAX = 255;

  /** Groups A to E. */
  private static final int OBIS_GROUPS = 5;

  private static final char[] SEPARATORS = {'-', ':', '.', '.', '.'};
  private static final int UNKNOWN = -1;
  private static final int NO_LINE = -2;

  private final int[] groupStart = new int[GROUPS_MAX];
  private final int[] groupEnd = new int[GROUPS_MAX];
  private final int[] firstGroup = new int[CosemObject.SLOTS];
  private final int[] groupCount = new int[CosemObject.SLOTS];

  /** What stood in the line with that number, modulo {@link #PLACES}, of earlier telegrams. */
  private final long[] charactersAtPlace = new long[PLACES];

  private final int[] lengthAtPlace = new int[PLACES];

  private final int[] slotAtPlace = new int[PLACES];

  /** Slots with a line, in the order of the lines. */
  private final int[] filled = new int[CosemObject.SLOTS];

  private final int[] skippedAt = new int[SKIPPED_MAX];

  private byte[] buffer = {};
  private int identEnd;

  /** Index of the exclamation mark. */
  private int end;

  private int groups;
  private int lineNumber;
  private int known;
  private int channelsSeen;
  private int unknown;
  private int duplicates;
  private int skipped;

  /** Reads a frame that begins with a slash and ends with an exclamation mark. */
  void read(byte[] frame, int length) {
    buffer = frame;
    for (int i = 0; i < known; i++) {
      groupCount[filled[i]] = 0;
    }
    groups = 0;
    lineNumber = 0;
    known = 0;
    channelsSeen = 0;
    unknown = 0;
    duplicates = 0;
    skipped = 0;
    end = length - 1;
    int at = 1;
    while (at < end && frame[at] != '\r' && frame[at] != '\n') {
      at++;
    }
    identEnd = at;
    int lineAbove = NO_LINE;
    while (at < end) {
      if (frame[at] == '\r') {
        at++;
      }
      if (frame[at] == '\n') {
        at++;
      } else if (frame[at] != '\r' && at < end) {
        lineAbove = readLine(at, lineAbove);
        at = lineEnd;
      }
    }
  }

  /** Where the line that {@link #readLine} took ends. */
  private int lineEnd;

  /** Reads one line; returns its slot, so that the next line may continue it. */
  private int readLine(int start, int lineAbove) {
    byte[] in = buffer;
    int at = start;
    int slot = lineAbove;
    if (in[at] != '(') {
      slot = slotOfLine(in, start);
      if (slot == NO_LINE) {
        return skipLine(start);
      }
      at = codeEnd;
    } else if (lineAbove == NO_LINE) {
      return skipLine(start);
    }
    int groupsBefore = groups;
    while (in[at] == '(') {
      int from = ++at;
      at = groupEnd(in, at);
      byte b = in[at];
      if (b != ')' || groups == GROUPS_MAX) {
        groups = groupsBefore;
        return skipLine(start);
      }
      groupStart[groups] = from;
      groupEnd[groups++] = at++;
    }
    if (at < end && in[at] != '\r' && in[at] != '\n') {
      groups = groupsBefore;
      return skipLine(start);
    }
    lineEnd = at;
    return keep(slot, groupsBefore, in[start] == '(');
  }

  /**
   * Index of the next bracket or line end, or of the exclamation mark at the end of the frame. Sees
   * every byte of every value, so it looks closely only at what is not above the brackets in ASCII.
   */
  private int groupEnd(byte[] in, int start) {
    int at = start;
    while (true) {
      byte b = in[at];
      while (b > ')') {
        b = in[++at];
      }
      if (b == ')' || b == '(' || b == '\r' || b == '\n' || at == end) {
        return at;
      }
      at++;
    }
  }

  private int keep(int slot, int groupsBefore, boolean continuation) {
    if (slot < 0) {
      groups = groupsBefore;
      unknown += continuation ? 0 : 1;
      return UNKNOWN;
    }
    if (continuation) {
      if (firstGroup[slot] + groupCount[slot] == groupsBefore) {
        groupCount[slot] += groups - groupsBefore;
      } else {
        groups = groupsBefore;
      }
      return slot;
    }
    if (groupCount[slot] > 0) {
      duplicates++;
      groups = groupsBefore;
      return UNKNOWN;
    }
    filled[known++] = slot;
    channelsSeen |= 1 << CosemObject.channelOf(slot);
    firstGroup[slot] = groupsBefore;
    groupCount[slot] = groups - groupsBefore;
    return slot;
  }

  /** Where the code that {@link #readCode} took ends: its first bracket. */
  private int codeEnd;

  /**
   * Slot of the code at the start of a line. Telegrams of a meter hold the same lines in the same
   * order, so the place of the line mostly tells, once its characters are seen to be the same.
   */
  private int slotOfLine(byte[] in, int start) {
    int at = start;
    long characters = 0;
    int all = 0;
    int character = in[at] - LOWEST_IN_CODE;
    while (character >= 0) {
      characters = characters << BITS_IN_CODE | character;
      all |= character;
      character = in[++at] - LOWEST_IN_CODE;
    }
    int place = lineNumber++ & (PLACES - 1);
    if (characters == charactersAtPlace[place]
        && at - start == lengthAtPlace[place]
        && all >>> BITS_IN_CODE == 0
        && in[at] == '(') {
      codeEnd = at;
      return slotAtPlace[place];
    }
    int slot = readCode(start);
    boolean fits = at - start <= Long.SIZE / BITS_IN_CODE && all >>> BITS_IN_CODE == 0;
    charactersAtPlace[place] = characters;
    lengthAtPlace[place] = slot != NO_LINE && fits ? at - start : 0;
    slotAtPlace[place] = slot;
    return slot;
  }

  /** Reads {@code A-B:C.D.E(}, also with {@code .F} or {@code *F}; NO_LINE when it is none. */
  private int readCode(int start) {
    byte[] in = buffer;
    int at = start;
    int groupStart = start;
    int value = 0;
    int part = 0;
    long code = 0;
    while (true) {
      byte ch = in[at];
      char digit = (char) (ch - '0');
      if (digit <= 9) {
        value = value * 10 + digit;
        at++;
        continue;
      }
      int digits = at - groupStart;
      if (digits == 0 || digits > 3 || value > OBIS_GROUP_MAX) {
        return NO_LINE;
      }
      if (part < OBIS_GROUPS) {
        code = code << 8 | value;
      }
      if (ch == '(') {
        codeEnd = at;
        return part >= OBIS_GROUPS - 1 ? CosemObject.slotOf(code) : NO_LINE;
      }
      // Group F may follow behind a point or a star, and does not matter.
      boolean expected =
          part < OBIS_GROUPS && (ch == SEPARATORS[part] || (part == OBIS_GROUPS - 1 && ch == '*'));
      if (!expected) {
        return NO_LINE;
      }
      part++;
      value = 0;
      groupStart = ++at;
    }
  }

  private int skipLine(int start) {
    if (skipped < SKIPPED_MAX) {
      skippedAt[skipped] = start;
    }
    skipped++;
    int at = start;
    while (at < end && buffer[at] != '\r' && buffer[at] != '\n') {
      at++;
    }
    lineEnd = at;
    return NO_LINE;
  }

  /** True when the telegram has this line, whatever stands in its brackets. */
  boolean has(int slot) {
    return groupCount[slot] > 0;
  }

  /** True when the telegram has a line of this object, which is not on the M-Bus. */
  boolean has(CosemObject object) {
    return has(object.slot());
  }

  /** Number of brackets of a line; 0 when the telegram has no such line. */
  int count(int slot) {
    return groupCount[slot];
  }

  /** Index of the first byte inside bracket {@code n} (from 0) of a line. */
  int start(int slot, int n) {
    return groupStart[firstGroup[slot] + n];
  }

  /** Index behind the last byte inside bracket {@code n} (from 0) of a line. */
  int end(int slot, int n) {
    return groupEnd[firstGroup[slot] + n];
  }

  /** Index behind the last byte inside the last bracket of a line that the telegram has. */
  int lastEnd(int slot) {
    return end(slot, count(slot) - 1);
  }

  /** The bytes that the indexes refer to. */
  byte[] buffer() {
    return buffer;
  }

  /** Index behind the identification, which begins at 1. */
  int identEnd() {
    return identEnd;
  }

  /** True when any M-Bus object of channel 1..9 is there. */
  boolean hasChannel(int channel) {
    return (channelsSeen & 1 << channel) != 0;
  }

  /** Lines with a listed object, without repetitions. */
  int known() {
    return known;
  }

  /** Well-formed lines with an object that is not listed. */
  int unknown() {
    return unknown;
  }

  /** Lines that repeat an object. */
  int duplicates() {
    return duplicates;
  }

  /** Lines that break the grammar. */
  int skipped() {
    return skipped;
  }

  /** Where skipped line {@code n} begins, n below {@link #SKIPPED_MAX}. */
  int skippedAt(int n) {
    return skippedAt[n];
  }
}
