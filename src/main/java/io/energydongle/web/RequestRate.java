// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.snapshot.MonotonicClock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Requests that one address may make: 60 a second, so that the 50 a second of a fast automation
 * pass, and 200 at once as pages need when they open. Remembers 64 addresses. Thread safe.
 *
 * <p>Source: {@code platform.md} section 8, "Limits".
 */
final class RequestRate {

  private static final int PER_SECOND = 60;
  private static final int BURST = 200;
  private static final int ADDRESSES_MAX = 64;

  private static final class Bucket {
    private double tokens = BURST;
    private long filledNanos;
  }

  private final MonotonicClock clock;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > ADDRESSES_MAX;
        }
      };

  RequestRate(MonotonicClock clock) {
    this.clock = clock;
  }

  /** True when that address may make a request now. */
  synchronized boolean allows(String address) {
    long now = clock.nanos();
    Bucket bucket = buckets.get(address);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.filledNanos = now;
      buckets.put(address, bucket);
    }
    double filled = bucket.tokens + (now - bucket.filledNanos) / 1e9 * PER_SECOND;
    bucket.tokens = Math.min(BURST, filled);
    bucket.filledNanos = now;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens--;
    return true;
  }
}
