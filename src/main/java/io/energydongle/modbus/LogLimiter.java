// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps peers from filling the log: one line per peer a minute, and ten a minute in all. */
final class LogLimiter {

  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int LINES_PER_MINUTE = 10;
  private static final int PEERS_MAX = 64;

  private final Map<String, Long> lastLine =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > PEERS_MAX;
        }
      };
  private long minuteStart;
  private int linesThisMinute;

  /** True when a line about this peer may be written now. */
  boolean allows(String peer, long nowNanos) {
    if (nowNanos - minuteStart > MINUTE_NANOS || linesThisMinute == 0) {
      minuteStart = nowNanos;
      linesThisMinute = 0;
    }
    Long last = lastLine.get(peer);
    boolean tooSoon = last != null && nowNanos - last < MINUTE_NANOS;
    if (tooSoon || linesThisMinute == LINES_PER_MINUTE) {
      return false;
    }
    linesThisMinute++;
    lastLine.remove(peer);
    lastLine.put(peer, nowNanos);
    return true;
  }
}
