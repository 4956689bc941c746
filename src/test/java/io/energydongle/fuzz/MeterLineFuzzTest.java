// SPDX-License-Identifier: Apache-2.0
package io.energydongle.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.energydongle.config.MeterSettings;
import io.energydongle.config.MeterSettings.Decryption;
import io.energydongle.config.Secret;
import io.energydongle.frame.Rejection;
import io.energydongle.meter.MeterPipeline;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.TelegramListener;
import io.energydongle.reading.ReadingJson;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.testkit.Samples;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes on the meter line, in pieces, with and without a key: never throws, never hangs. */
class MeterLineFuzzTest {

  private static final MeterSettings WITH_KEY =
      new MeterSettings(
          false,
          MeterSettings.Electricity.DEFAULT,
          MeterSettings.MbusChannels.DEFAULT,
          new Decryption(
              Optional.of(Secret.ofHex("000102030405060708090a0b0c0d0e0f")),
              Decryption.DEFAULT.authenticationKey(),
              Optional.of(Secret.ofHex("4544535449544C45"))),
          MeterSettings.Tic.DEFAULT,
          0);

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void the_line_takes_any_bytes(byte[] bytes) {
    feed(MeterSettings.DEFAULT, bytes, bytes.length);
    feed(WITH_KEY, bytes, 1 + bytes.length / 3);
  }

  private static void feed(MeterSettings settings, byte[] bytes, int pieceLength) {
    MeterPipeline pipeline =
        new MeterPipeline(
            Kind.UNKNOWN,
            true,
            settings,
            new TelegramListener() {
              @Override
              public void accepted(MeterSnapshot snapshot) {
                ReadingJson.toBytes(snapshot);
              }

              @Override
              public void dropped(Rejection rejection) {
                rejected(rejection);
              }

              @Override
              public void rejected(Rejection rejection) {
                if (rejection.detail().length() > 1000) {
                  throw new AssertionError("a detail that could fill a log");
                }
              }
            });
    for (int at = 0; at < bytes.length; at += Math.max(1, pieceLength)) {
      int count = Math.min(Math.max(1, pieceLength), bytes.length - at);
      pipeline.feed(bytes, at, count, Instant.EPOCH, at);
    }
    pipeline.endOfInput();
  }

  static Stream<byte[]> seeds() {
    return Samples.ownCaptures().map(Samples::bytes);
  }
}
