// SPDX-License-Identifier: Apache-2.0
package io.energydongle.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.P1Frame;
import io.energydongle.frame.P1Frame.Trailer;
import io.energydongle.frame.Rejection;
import io.energydongle.meter.MeterPipeline;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.TelegramListener;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.telegram.ParseResult;
import io.energydongle.telegram.p1.P1Parser;
import io.energydongle.telegram.p1.P1Parser.ChecksumPolicy;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The fast decoder says what the slow one says. */
class TruthTest {

  /** A million for the whole proof; see the README. */
  private static final int TELEGRAMS = Integer.getInteger("truth.telegrams", 5_000);

  private static final long SEED = Long.getLong("truth.seed", 20_261_123L);

  @Test
  void generated_telegrams_of_every_country_mean_the_same_to_both_decoders() {
    RandomP1 meters = new RandomP1(SEED);
    P1Parser parser = new P1Parser();
    long facts = 0;
    for (int n = 0; n < TELEGRAMS; n++) {
      byte[] telegram = meters.next();
      String text = new String(telegram, StandardCharsets.ISO_8859_1);
      SortedMap<String, String> truth = PlainP1.decode(text);
      SortedMap<String, String> fast = fast(parser, telegram, text);
      assertThat(fast).as("telegram %d of seed %d:%n%s", n, SEED, text).isEqualTo(truth);
      facts += truth.size();
    }
    System.out.printf("truth: %,d telegrams, %,d facts agree, seed %d%n", TELEGRAMS, facts, SEED);
    assertThat(facts).isGreaterThan(10L * TELEGRAMS);
  }

  @Test
  void generated_frames_of_linky_meters_mean_the_same_to_both_decoders() {
    RandomTic meters = new RandomTic(SEED);
    for (int n = 0; n < TELEGRAMS / 4; n++) {
      String frame = meters.next();
      // Each is another meter, as its address says.
      List<MeterSnapshot> snapshots = new ArrayList<>();
      MeterPipeline pipeline =
          new MeterPipeline(Kind.TIC, true, MeterSettings.DEFAULT, listener(snapshots));
      byte[] line = RandomTic.line(frame);
      pipeline.feed(line, 0, line.length, Instant.EPOCH, n);
      assertThat(snapshots).as(frame).hasSize(1);
      SortedMap<String, String> truth = PlainTic.decode(frame);
      SortedMap<String, String> fast = SnapshotFacts.ofTic(snapshots.get(0));
      assertThat(fast).as("frame %d of seed %d:%n%s", n, SEED, frame).isEqualTo(truth);
    }
  }

  private static TelegramListener listener(List<MeterSnapshot> snapshots) {
    return new TelegramListener() {
      @Override
      public void accepted(MeterSnapshot snapshot) {
        snapshots.add(snapshot);
      }

      @Override
      public void rejected(Rejection rejection) {
        throw new AssertionError("rejected: " + rejection);
      }

      @Override
      public void dropped(Rejection rejection) {
        throw new AssertionError("dropped: " + rejection);
      }
    };
  }

  @Test
  void captures_of_real_meters_mean_the_same_to_both_decoders() {
    int compared = 0;
    for (var file : Samples.allTelegrams()) {
      String capture = new String(Samples.bytes(file), StandardCharsets.ISO_8859_1);
      int from = capture.startsWith("/") ? 0 : capture.indexOf("\n/") + 1;
      int end = capture.indexOf("\n!", from);
      Decoded decoded = Decoded.of(Samples.bytes(file));
      if (end < 0 || decoded.snapshots.size() != 1 || capture.indexOf("\n/", end) > 0) {
        continue;
      }
      MeterSnapshot snapshot = decoded.snapshots.get(0);
      assertThat(SnapshotFacts.of(snapshot))
          .as(file.getFileName().toString())
          .isEqualTo(PlainP1.decode(capture.substring(from, end + 2)));
      compared++;
    }
    assertThat(compared).isGreaterThan(10);
  }

  private static SortedMap<String, String> fast(P1Parser parser, byte[] telegram, String text) {
    int end = text.lastIndexOf('!') + 1;
    int checksum = Integer.parseInt(text.substring(end).strip(), 16);
    P1Frame frame = new P1Frame(telegram, end, 0, Trailer.CHECKSUM, checksum);
    ParseResult result = parser.parse(frame, ChecksumPolicy.REQUIRE, Instant.EPOCH, 0);
    return result instanceof ParseResult.Accepted accepted
        ? SnapshotFacts.of(accepted.snapshot())
        : new TreeMap<>();
  }
}
