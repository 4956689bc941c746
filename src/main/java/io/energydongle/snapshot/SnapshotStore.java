// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the newest reading lives. One thread writes, any number of threads read; a reader takes the
 * reference once and so sees one telegram only.
 */
public final class SnapshotStore {

  private final AtomicReference<@Nullable MeterSnapshot> newest = new AtomicReference<>();
  private final Object telling = new Object();
  private final List<Consumer<MeterSnapshot>> listeners = new CopyOnWriteArrayList<>();

  /** The newest reading; empty before the first telegram. */
  public Optional<MeterSnapshot> newest() {
    return Optional.ofNullable(newest.get());
  }

  /**
   * Swaps in a reading and tells the listeners, on the calling thread and in the order they were
   * added.
   */
  public void publish(MeterSnapshot snapshot) {
    synchronized (telling) {
      newest.set(snapshot);
      for (Consumer<MeterSnapshot> listener : listeners) {
        listener.accept(snapshot);
      }
    }
  }

  /**
   * Adds a listener, and tells it the newest reading at once, if there is one: it misses none and
   * hears none twice. From then on it runs on the reader thread: it must be quick, must not block
   * and must not throw.
   */
  public void addListener(Consumer<MeterSnapshot> listener) {
    synchronized (telling) {
      listeners.add(listener);
      newest().ifPresent(listener);
    }
  }
}
