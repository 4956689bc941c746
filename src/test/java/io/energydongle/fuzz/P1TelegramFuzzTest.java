// SPDX-License-Identifier: Apache-2.0
package io.energydongle.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.energydongle.frame.P1Frame;
import io.energydongle.frame.P1Frame.Trailer;
import io.energydongle.reading.ReadingJson;
import io.energydongle.telegram.ParseResult;
import io.energydongle.telegram.p1.P1Parser;
import io.energydongle.telegram.p1.P1Parser.ChecksumPolicy;
import io.energydongle.testkit.Samples;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text between slash and exclamation mark, its checksum taken for right: never throws. */
class P1TelegramFuzzTest {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void the_parser_takes_any_telegram(byte[] content) {
    byte[] telegram = new byte[content.length + 2];
    telegram[0] = '/';
    System.arraycopy(content, 0, telegram, 1, content.length);
    telegram[telegram.length - 1] = '!';
    P1Parser parser = new P1Parser();
    // Twice, because the parser remembers lines from one telegram to the next.
    parse(parser, telegram, Trailer.NOTHING);
    parse(parser, telegram, Trailer.CHECKSUM);
  }

  private static void parse(P1Parser parser, byte[] telegram, Trailer trailer) {
    P1Frame frame = new P1Frame(telegram, telegram.length, 0, trailer, 0);
    ParseResult result = parser.parse(frame, ChecksumPolicy.IGNORE, Instant.EPOCH, 0);
    if (result instanceof ParseResult.Accepted accepted) {
      ReadingJson.toBytes(accepted.snapshot());
    }
  }

  static Stream<byte[]> seeds() {
    return Samples.ownCaptures()
        .map(Samples::bytes)
        .map(t -> Arrays.copyOfRange(t, Math.min(1, t.length), t.length));
  }
}
