// SPDX-License-Identifier: Apache-2.0
package io.energydongle.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Rejection;
import io.energydongle.meter.MeterPipeline;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.TelegramListener;
import io.energydongle.reading.ReadingJson;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes on a line that is known to be TIC: the same readings and refusals come of them however
 * they are cut, every number is one of a meter, and nothing grows without bound.
 */
class TicLineFuzzTest {

  private static final int DETAIL_LENGTH_MAX = 1_000;
  private static final int READING_BYTES_MAX = 32 * 1024;

  @DictionaryEntries({
    "PAPP", "SINSTS", "SINSTS1", "SINSTI", "IINST", "IINST1", "IRMS1", "URMS1", "EAST", "EAIT",
    "EASF01", "BASE", "HCHC", "BBRHCJB", "PTEC", "OPTARIF", "ADCO", "ADSC", "ADIR1", "DATE",
    "STGE", "VTIC", "NGTF", "CCASN", "\u0002", "\u0003"
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void a_line_says_the_same_however_it_is_cut(byte[] bytes) {
    List<String> whole = eventsOf(bytes, Math.max(1, bytes.length));
    List<String> pieces = eventsOf(bytes, 1 + (bytes.length & 7));
    if (!whole.equals(pieces)) {
      throw new AssertionError("as a whole " + whole + ", in pieces " + pieces);
    }
    if (whole.size() > bytes.length + 1) {
      throw new AssertionError(whole.size() + " events of " + bytes.length + " bytes");
    }
  }

  private static List<String> eventsOf(byte[] bytes, int pieceLength) {
    Events events = new Events();
    MeterPipeline pipeline = new MeterPipeline(Kind.TIC, true, MeterSettings.DEFAULT, events);
    for (int at = 0; at < bytes.length; at += pieceLength) {
      int count = Math.min(pieceLength, bytes.length - at);
      pipeline.feed(bytes, at, count, Instant.EPOCH, 0);
    }
    pipeline.endOfInput();
    return events.all;
  }

  private static final class Events implements TelegramListener {
    private final List<String> all = new ArrayList<>();

    @Override
    public void accepted(MeterSnapshot snapshot) {
      if (snapshot.tic().isEmpty()) {
        throw new AssertionError("a reading of another kind of meter");
      }
      byte[] json = ReadingJson.toBytes(snapshot);
      if (json.length > READING_BYTES_MAX) {
        throw new AssertionError("a reading of " + json.length + " bytes");
      }
      all.add(new String(json, StandardCharsets.UTF_8));
    }

    @Override
    public void dropped(Rejection rejection) {
      rejected(rejection);
    }

    @Override
    public void rejected(Rejection rejection) {
      if (rejection.detail().length() > DETAIL_LENGTH_MAX || rejection.detail().isBlank()) {
        throw new AssertionError("a detail that says nothing, or could fill a log");
      }
      all.add(rejection.toString());
    }
  }

  static Stream<byte[]> seeds() {
    return Samples.ownCaptures()
        .filter(file -> file.startsWith(Samples.OWN_TIC))
        .map(Samples::bytes);
  }
}
