// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

/**
 * Time that only moves forward. Ages and time-outs are taken from it, because the wall clock of a
 * board without a battery jumps at the first time synchronisation.
 */
@FunctionalInterface
public interface MonotonicClock {

  /** Nanoseconds since an arbitrary moment; only differences mean something. */
  long nanos();
}
