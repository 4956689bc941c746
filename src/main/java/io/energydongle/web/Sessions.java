// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.snapshot.MonotonicClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Who is logged in: random names, kept in memory only. Thread safe.
 *
 * <p>Source: {@code platform.md} section 8, "Login cookie".
 */
final class Sessions {

  private static final int NAME_BYTES = 16;
  private static final int SESSIONS_MAX = 16;
  private static final long IDLE_NANOS_MAX = Duration.ofMinutes(30).toNanos();
  private static final long AGE_NANOS_MAX = Duration.ofHours(12).toNanos();

  private record Session(long sinceNanos, long usedNanos) {}

  private final Map<String, Session> sessions = new HashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final MonotonicClock clock;

  Sessions(MonotonicClock clock) {
    this.clock = clock;
  }

  /** Begins a session; the one that was idle longest makes room. */
  synchronized String begin() {
    long now = clock.nanos();
    sessions.values().removeIf(session -> isOver(session, now));
    if (sessions.size() >= SESSIONS_MAX) {
      sessions.entrySet().stream()
          .min((a, b) -> Long.compare(a.getValue().usedNanos, b.getValue().usedNanos))
          .ifPresent(eldest -> sessions.remove(eldest.getKey()));
    }
    byte[] bytes = new byte[NAME_BYTES];
    random.nextBytes(bytes);
    String name = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    sessions.put(name, new Session(now, now));
    return name;
  }

  /** True when that session is alive, which it stays for longer now. */
  synchronized boolean touch(String name) {
    long now = clock.nanos();
    Session session = sessions.get(name);
    if (session == null || isOver(session, now)) {
      sessions.remove(name);
      return false;
    }
    sessions.put(name, new Session(session.sinceNanos, now));
    return true;
  }

  /** Ends a session. */
  synchronized void end(String name) {
    sessions.remove(name);
  }

  /** Ends all of them: the password has changed. */
  synchronized void endAll() {
    sessions.clear();
  }

  private static boolean isOver(Session session, long now) {
    return now - session.usedNanos > IDLE_NANOS_MAX || now - session.sinceNanos > AGE_NANOS_MAX;
  }
}
