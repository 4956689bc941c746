// SPDX-License-Identifier: Apache-2.0
package io.energydongle.copy;

/**
 * Bytes on their way to one follower, at most 16 KiB. When there is no room, the telegram that
 * comes is left out as a whole: what of it waits is taken back, and nothing is taken until the next
 * one begins. No meter sends telegrams longer than this queue, so a telegram that has begun to
 * leave can always be completed.
 *
 * <p>Thread safe. Adding never waits.
 *
 * <p>Source: {@code platform.md} section 6 "P1 ext".
 */
final class TelegramQueue {

  static final int CAPACITY = 16 * 1024;

  private final byte[] ring = new byte[CAPACITY];

  /** Bytes taken out so far. */
  private long head;

  /** Bytes put in so far, without those taken back. */
  private long tail;

  /** Where the telegram that is coming in begins. */
  private long telegram;

  private boolean leavingOut;
  private long lost;
  private boolean woken;

  /**
   * A queue.
   *
   * @param fromTelegram true to begin with the next telegram, false with the next byte.
   */
  TelegramQueue(boolean fromTelegram) {
    leavingOut = fromTelegram;
  }

  /**
   * Puts bytes in that belong to one telegram.
   *
   * @param begins true when the telegram begins with the first of them.
   */
  synchronized void add(byte[] bytes, int from, int to, boolean begins) {
    if (begins) {
      leavingOut = false;
      telegram = tail;
    }
    if (leavingOut) {
      return;
    }
    int count = to - from;
    if (tail - head + count > CAPACITY) {
      leavingOut = true;
      lost++;
      tail = Math.max(head, telegram);
      return;
    }
    int at = (int) (tail % CAPACITY);
    int first = Math.min(count, CAPACITY - at);
    System.arraycopy(bytes, from, ring, at, first);
    System.arraycopy(bytes, from + first, ring, 0, count - first);
    tail += count;
    notifyAll();
  }

  /**
   * Takes bytes out.
   *
   * @return how many now stand at the start of {@code into}; 0 when none wait.
   */
  synchronized int take(byte[] into) {
    int count = (int) Math.min(into.length, tail - head);
    int at = (int) (head % CAPACITY);
    int first = Math.min(count, CAPACITY - at);
    System.arraycopy(ring, at, into, 0, first);
    System.arraycopy(ring, 0, into, first, count - first);
    head += count;
    return count;
  }

  /** Waits for bytes or for {@link #wake()}, and takes out what is there. */
  synchronized int await(byte[] into) throws InterruptedException {
    while (tail == head && !woken) {
      wait();
    }
    woken = false;
    return take(into);
  }

  /** Ends a wait, now or the next one. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** Throws away what waits; goes on with the next telegram. */
  synchronized void restart() {
    head = tail;
    leavingOut = true;
  }

  /** Telegrams left out so far, because there was no room. */
  synchronized long lost() {
    return lost;
  }
}
