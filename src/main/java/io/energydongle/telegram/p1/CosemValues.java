// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import io.energydongle.frame.Rejection;
import io.energydongle.frame.Rejection.Reason;
import io.energydongle.snapshot.MeterTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The values behind the lines of one telegram, typed. A value that is not there, or an empty
 * bracket, is empty; one that is there but cannot be used is empty too and noted as dropped.
 */
final class CosemValues {

  private static final int DROPPED_MAX = 16;
  private static final int QUOTE_MAX = 40;

  private final CosemLines lines;
  private final P1Memory memory;
  private final byte[] buffer;
  private final long frameOffset;
  private @Nullable List<Rejection> dropped;
  private @Nullable String ident;
  private final boolean anySkipped;
  private boolean lastUnusable;

  CosemValues(CosemLines lines, P1Memory memory, long frameOffset) {
    this.lines = lines;
    this.memory = memory;
    this.buffer = lines.buffer();
    this.frameOffset = frameOffset;
    this.anySkipped = lines.skipped() > 0;
    for (int i = 0; i < Math.min(lines.skipped(), CosemLines.SKIPPED_MAX); i++) {
      int at = lines.skippedAt(i);
      note(Reason.MALFORMED_LINE, at, "expected A-B:C.D.E(value), found " + quoteLine(at));
    }
  }

  /** Lines and values that could not be used, at most 16. */
  List<Rejection> dropped() {
    return dropped == null ? List.of() : dropped;
  }

  /** True when the value asked for last was sent but could not be used. */
  boolean lastUnusable() {
    return lastUnusable;
  }

  /** True when a line that had to be skipped begins with the code of that object. */
  boolean skipped(CosemObject object) {
    return anySkipped && searchSkipped(object);
  }

  private boolean searchSkipped(CosemObject object) {
    for (int i = 0; i < Math.min(lines.skipped(), CosemLines.SKIPPED_MAX); i++) {
      if (startsWith(lines.skippedAt(i), object.code())) {
        return true;
      }
    }
    return false;
  }

  private boolean startsWith(int at, String text) {
    int i = 0;
    while (i < text.length() && buffer[at + i] == text.charAt(i)) {
      i++;
    }
    return i == text.length();
  }

  /** The first bracket of an object as a number of that dimension, in its smallest unit. */
  OptionalLong number(CosemObject object, Dimension dimension) {
    return number(object.slot(), 0, dimension);
  }

  /** Bracket {@code n} of a line as a number of that dimension, in its smallest unit. */
  OptionalLong number(int slot, int n, Dimension dimension) {
    lastUnusable = false;
    if (n >= lines.count(slot)) {
      return OptionalLong.empty();
    }
    int from = lines.start(slot, n);
    int to = lines.end(slot, n);
    if (from == to) {
      return OptionalLong.empty();
    }
    long value = FixedPoint.parse(buffer, from, to, dimension);
    if (value == FixedPoint.MALFORMED) {
      dropBytes(
          Reason.MALFORMED_VALUE,
          from,
          to,
          "expected a number and a unit such as " + dimension.example());
      return OptionalLong.empty();
    }
    if (value == FixedPoint.IMPLAUSIBLE) {
      dropBytes(Reason.IMPLAUSIBLE_VALUE, from, to, "expected a value that a meter can have");
      return OptionalLong.empty();
    }
    return OptionalLong.of(value);
  }

  /** The first bracket of an object as a number that fits an int. */
  OptionalInt smallNumber(CosemObject object, Dimension dimension) {
    OptionalLong value = number(object, dimension);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  /** Bracket {@code n} of a line as a whole number without unit. */
  OptionalInt integer(int slot, int n) {
    lastUnusable = false;
    if (n >= lines.count(slot)) {
      return OptionalInt.empty();
    }
    int from = lines.start(slot, n);
    int to = lines.end(slot, n);
    if (from == to) {
      return OptionalInt.empty();
    }
    long value = FixedPoint.integer(buffer, from, to);
    if (value < 0 || value > Integer.MAX_VALUE) {
      dropBytes(Reason.MALFORMED_VALUE, from, to, "expected a whole number");
      return OptionalInt.empty();
    }
    return OptionalInt.of((int) value);
  }

  /** The first bracket of an object as a whole number without unit. */
  OptionalInt integer(CosemObject object) {
    return integer(object.slot(), 0);
  }

  /** The first bracket of a line as text, decoded when it is hexadecimal. */
  Optional<String> text(int slot) {
    return text(slot, true);
  }

  /** The first bracket of a line as text, never decoded. */
  Optional<String> plainText(int slot) {
    return text(slot, false);
  }

  private Optional<String> text(int slot, boolean maybeHexadecimal) {
    if (isEmpty(slot, 0)) {
      return Optional.empty();
    }
    int from = lines.start(slot, 0);
    int to = lines.end(slot, 0);
    LineMemory<Optional<String>> known = memory.text(slot);
    Optional<String> text = known.recall(buffer, from, to);
    if (text == null) {
      text = maybeHexadecimal ? P1Text.parse(buffer, from, to) : P1Text.plain(buffer, from, to);
      known.remember(buffer, from, to, text);
    }
    return text;
  }

  /** The identification line, without its slash. */
  String ident() {
    String known = ident;
    if (known == null) {
      int to = lines.identEnd();
      known = memory.ident().recall(buffer, 1, to);
      if (known == null) {
        known = memory.ident().remember(buffer, 1, to, P1Text.plain(buffer, 1, to).orElse(""));
      }
      ident = known;
    }
    return known;
  }

  /** True when bracket {@code n} holds exactly this text. */
  boolean is(int slot, int n, String expected) {
    if (n >= lines.count(slot)) {
      return false;
    }
    int from = lines.start(slot, n);
    boolean same = lines.end(slot, n) - from == expected.length();
    for (int i = 0; same && i < expected.length(); i++) {
      same = buffer[from + i] == expected.charAt(i);
    }
    return same;
  }

  /** Bracket {@code n} of a line as a time. */
  Optional<MeterTime> time(int slot, int n) {
    return isEmpty(slot, n)
        ? Optional.empty()
        : P1Time.parse(buffer, lines.start(slot, n), lines.end(slot, n));
  }

  /** Bracket {@code n} of a line as the moment it means. */
  Optional<Instant> instant(int slot, int n) {
    return isEmpty(slot, n)
        ? Optional.empty()
        : P1Time.instant(buffer, lines.start(slot, n), lines.end(slot, n));
  }

  /** True when bracket {@code n} is missing or has nothing in it. */
  boolean isEmpty(int slot, int n) {
    return n >= lines.count(slot) || lines.start(slot, n) == lines.end(slot, n);
  }

  /** Notes that bracket {@code n} of a line cannot be used. */
  void drop(Reason reason, int slot, int n, String expected) {
    dropBytes(reason, lines.start(slot, n), lines.end(slot, n), expected);
  }

  private void dropBytes(Reason reason, int from, int to, String expected) {
    lastUnusable = true;
    note(reason, from, expected + ", found (" + quote(from, to) + ")");
  }

  private void note(Reason reason, int at, String detail) {
    if (dropped == null) {
      dropped = new ArrayList<>();
    }
    if (dropped.size() < DROPPED_MAX) {
      dropped.add(new Rejection(reason, frameOffset + at, detail));
    }
  }

  private String quoteLine(int from) {
    int to = from;
    while (buffer[to] != '\r' && buffer[to] != '\n' && buffer[to] != '!') {
      to++;
    }
    return quote(from, to);
  }

  /** At most 40 characters, and nothing that could garble a log. */
  private String quote(int from, int to) {
    StringBuilder text = new StringBuilder(QUOTE_MAX + 3);
    for (int at = from; at < to && text.length() < QUOTE_MAX; at++) {
      boolean printable = buffer[at] >= ' ' && buffer[at] < 0x7F;
      text.append(printable ? (char) buffer[at] : '?');
    }
    return to - from > QUOTE_MAX ? text.append("...").toString() : text.toString();
  }
}
