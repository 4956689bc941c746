// SPDX-License-Identifier: Apache-2.0
package io.energydongle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Rejection;
import io.energydongle.meter.MeterPipeline;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.TelegramListener;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.testkit.Samples;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** P1 bytes are never taken for TIC, TIC bytes never for P1, and noise for neither. */
class KindsDoNotMixTest {

  private static final class Readings implements TelegramListener {
    private final List<MeterSnapshot> all = new ArrayList<>();

    @Override
    public void accepted(MeterSnapshot snapshot) {
      all.add(snapshot);
    }

    @Override
    public void dropped(Rejection rejection) {}

    @Override
    public void rejected(Rejection rejection) {}
  }

  private static MeterPipeline feed(Kind kind, byte[] bytes, Readings readings) {
    MeterPipeline pipeline = new MeterPipeline(kind, false, MeterSettings.DEFAULT, readings);
    pipeline.feed(bytes, 0, bytes.length, Instant.EPOCH, 0);
    pipeline.endOfInput();
    return pipeline;
  }

  @Test
  void p1_telegrams_never_decode_as_tic() {
    for (Path file : Samples.allTelegrams()) {
      Readings readings = new Readings();
      MeterPipeline asTic = feed(Kind.TIC, Samples.bytes(file), readings);
      assertThat(readings.all).as(file.toString()).isEmpty();
      assertThat(asTic.goodGroups()).as(file.toString()).isZero();
      assertThat(feed(Kind.UNKNOWN, Samples.bytes(file), new Readings()).kind())
          .as(file.toString())
          .isEqualTo(Kind.P1);
    }
  }

  @Test
  void tic_frames_never_decode_as_p1() {
    for (Path file : Samples.allTicFrames()) {
      Readings readings = new Readings();
      feed(Kind.P1, Samples.bytes(file), readings);
      assertThat(readings.all).as(file.toString()).isEmpty();
      assertThat(feed(Kind.UNKNOWN, Samples.bytes(file), new Readings()).kind())
          .as(file.toString())
          .isEqualTo(Kind.TIC);
    }
  }

  @Test
  void noise_is_neither() {
    for (long seed = 0; seed < 20; seed++) {
      byte[] noise = new byte[1_000_000];
      new Random(seed).nextBytes(noise);
      Readings readings = new Readings();
      MeterPipeline pipeline = feed(Kind.UNKNOWN, noise, readings);
      assertThat(pipeline.kind()).as("seed " + seed).isEqualTo(Kind.UNKNOWN);
      assertThat(readings.all).as("seed " + seed).isEmpty();
    }
  }
}
