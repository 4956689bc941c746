// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was made of a line of the telegram before. A meter says its serial number and the peaks of
 * the past year again every second; to see that the bytes have not changed costs a tenth of reading
 * them again.
 *
 * <p>Asked and told in two steps, because a lambda that captures its surroundings is slow to make
 * in a JVM that compiles with C1 only.
 *
 * @param <T> what a line is read as; immutable.
 */
final class LineMemory<T> {

  private byte[] bytes = {};
  private @Nullable T value;

  /** What the bytes in this range mean, when they are the same as last time; else null. */
  @Nullable T recall(byte[] in, int from, int to) {
    return Arrays.equals(bytes, 0, bytes.length, in, from, to) ? value : null;
  }

  /** Remembers what the bytes in this range mean. */
  T remember(byte[] in, int from, int to, T meaning) {
    bytes = Arrays.copyOfRange(in, from, to);
    value = meaning;
    return meaning;
  }
}
