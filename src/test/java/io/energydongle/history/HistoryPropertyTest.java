// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import static io.energydongle.history.Feed.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the clock, the power and the meter do, time never runs backwards in the history. */
class HistoryPropertyTest {

  /** What happens next, and how much of it. */
  record Event(Kind kind, int amount) {}

  enum Kind {
    READINGS,
    SILENCE,
    STEP,
    FLUSH,
    KILL,
    SWAP
  }

  @Provide
  Arbitrary<List<Event>> events() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(6, Kind.READINGS),
                Tuple.of(2, Kind.SILENCE),
                Tuple.of(3, Kind.STEP),
                Tuple.of(3, Kind.FLUSH),
                Tuple.of(1, Kind.KILL),
                Tuple.of(1, Kind.SWAP)),
            Arbitraries.integers().between(-20_000, 20_000))
        .as(Event::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 150)
  void starts_rise_strictly(@ForAll("events") List<Event> events) throws IOException {
    Path dir = Files.createTempDirectory("history");
    try {
      Feed feed = new Feed(dir);
      long now = NOON;
      for (Event event : events) {
        now = happen(feed, event, now);
        HistoryTest.assertStrictlyRising(feed.minutes());
        HistoryTest.assertStrictlyRising(feed.quarters());
      }
      feed.history().flush();
      List<HistoryRecord> minutes = List.copyOf(feed.minutes());
      List<HistoryRecord> quarters = List.copyOf(feed.quarters());
      feed.restart();
      // The disk may know older ones, where newer ones were dropped from a full memory.
      assertThat(List.copyOf(feed.minutes())).endsWith(minutes.toArray(HistoryRecord[]::new));
      assertThat(List.copyOf(feed.quarters())).endsWith(quarters.toArray(HistoryRecord[]::new));
    } finally {
      delete(dir);
    }
  }

  private static long happen(Feed feed, Event event, long now) {
    int amount = Math.abs(event.amount());
    switch (event.kind()) {
      case READINGS -> {
        feed.span(now, now + amount, 30);
        return now + amount;
      }
      case SILENCE -> {
        return now + amount;
      }
      case STEP -> {
        feed.stepped(Duration.ofSeconds(event.amount()));
        return now + event.amount();
      }
      case FLUSH -> feed.history().flush();
      case KILL -> feed.restart();
      case SWAP -> feed.meter("E" + event.amount());
      default -> throw new AssertionError(event);
    }
    return now;
  }

  private static void delete(Path dir) throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
