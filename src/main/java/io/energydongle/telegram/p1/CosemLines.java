// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import java.util.Arrays;

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

  private static final int OBIS_GROUP_MAX = 255;
  private static final int UNKNOWN = -1;
  private static final int NO_LINE = -2;

  private final int[] groupStart = new int[GROUPS_MAX];
  private final int[] groupEnd = new int[GROUPS_MAX];
  private final int[] firstGroup = new int[CosemObject.SLOTS];
  private final int[] groupCount = new int[CosemObject.SLOTS];
  private final int[] skippedAt = new int[SKIPPED_MAX];

  private byte[] buffer = {};
  private int identEnd;
  private int groups;
  private int known;
  private int unknown;
  private int duplicates;
  private int skipped;

  /** Reads a frame that begins with a slash and ends with an exclamation mark. */
  void read(byte[] frame, int length) {
    buffer = frame;
    Arrays.fill(groupCount, 0);
    groups = 0;
    known = 0;
    unknown = 0;
    duplicates = 0;
    skipped = 0;
    int end = length - 1;
    int at = 1;
    while (at < end && frame[at] != '\r' && frame[at] != '\n') {
      at++;
    }
    identEnd = at;
    int lineAbove = NO_LINE;
    while (at < end) {
      byte b = frame[at];
      if (b == '\r' || b == '\n') {
        at++;
      } else {
        lineAbove = readLine(at, end, lineAbove);
        at = lineEnd;
      }
    }
  }

  /** Where the line that {@link #readLine} took ends. */
  private int lineEnd;

  /** Reads one line; returns its slot, so that the next line may continue it. */
  private int readLine(int start, int end, int lineAbove) {
    byte[] in = buffer;
    int at = start;
    int slot = lineAbove;
    if (in[at] != '(') {
      int code = readCode(at, end);
      if (code == NO_LINE) {
        return skipLine(start, end);
      }
      slot = code;
      at = codeEnd;
    } else if (lineAbove == NO_LINE) {
      return skipLine(start, end);
    }
    int groupsBefore = groups;
    while (at < end && in[at] == '(') {
      int from = ++at;
      byte b = 0;
      while (at < end) {
        b = in[at];
        if (b == ')' || b == '(' || b == '\r' || b == '\n') {
          break;
        }
        at++;
      }
      if (at == end || b != ')' || groups == GROUPS_MAX) {
        groups = groupsBefore;
        return skipLine(start, end);
      }
      groupStart[groups] = from;
      groupEnd[groups++] = at++;
    }
    if (at < end && in[at] != '\r' && in[at] != '\n') {
      groups = groupsBefore;
      return skipLine(start, end);
    }
    lineEnd = at;
    return keep(slot, groupsBefore, in[start] == '(');
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
    known++;
    firstGroup[slot] = groupsBefore;
    groupCount[slot] = groups - groupsBefore;
    return slot;
  }

  /** Where the code that {@link #readCode} took ends: its first bracket. */
  private int codeEnd;

  /** Reads {@code A-B:C.D.E(}, also with {@code .F} or {@code *F}; NO_LINE when it is none. */
  private int readCode(int start, int end) {
    byte[] in = buffer;
    int a = 0;
    int b = 0;
    int c = 0;
    int d = 0;
    int e = 0;
    int value = 0;
    int digits = 0;
    int part = 0;
    for (int at = start; at < end; at++) {
      byte ch = in[at];
      int digit = ch - '0';
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        digits++;
        continue;
      }
      if (digits == 0 || digits > 3 || value > OBIS_GROUP_MAX) {
        return NO_LINE;
      }
      if (part == 0 && ch == '-') {
        a = value;
      } else if (part == 1 && ch == ':') {
        b = value;
      } else if (part == 2 && ch == '.') {
        c = value;
      } else if (part == 3 && ch == '.') {
        d = value;
      } else if (part == 4 && (ch == '(' || ch == '.' || ch == '*')) {
        e = value;
      } else if (part != 5 || ch != '(') {
        return NO_LINE;
      }
      if (ch == '(') {
        codeEnd = at;
        return CosemObject.slotOf(a, b, c, d, e);
      }
      part++;
      value = 0;
      digits = 0;
    }
    return NO_LINE;
  }

  private int skipLine(int start, int end) {
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

  /** The bytes that the indexes refer to. */
  byte[] buffer() {
    return buffer;
  }

  /** Index behind the identification, which begins at 1. */
  int identEnd() {
    return identEnd;
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
