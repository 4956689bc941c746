// SPDX-License-Identifier: Apache-2.0

import io.energydongle.frame.CharacterFormat;
import io.energydongle.frame.EncryptedFrame;
import io.energydongle.frame.FrameSink;
import io.energydongle.frame.P1Frame;
import io.energydongle.frame.P1FrameReader;
import io.energydongle.frame.Rejection;
import io.energydongle.frame.TicFrame;
import io.energydongle.frame.TicFrameReader;
import io.energydongle.frame.TicSink;
import io.energydongle.telegram.ParseResult;
import io.energydongle.telegram.p1.P1Parser;
import io.energydongle.telegram.p1.P1Parser.ChecksumPolicy;
import io.energydongle.telegram.tic.TicLabelTable;
import io.energydongle.telegram.tic.TicOptions;
import io.energydongle.telegram.tic.TicParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Nanoseconds per byte from raw bytes to snapshot (framing, checksum, all fields), beside a plain
 * table CRC over the same bytes in the same JVM, in turns. Prints one line a telegram.
 */
public final class ParseSpeed {

  private static final int ROUNDS = 31;
  private static final long ROUND_NANOS = 60_000_000L;
  private static final int[] CRC_TABLE = crcTable();

  private static long sink;

  public static void main(String[] args) throws Exception {
    for (String file : args) {
      byte[] telegram = Files.readAllBytes(Path.of(file));
      LongSupplier parse = telegram[0] == '/' ? p1(telegram) : tic(telegram);
      LongSupplier crc = () -> plainCrc(telegram);
      double[] parseNanos = new double[ROUNDS];
      double[] crcNanos = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        parseNanos[round] = round(parse) / telegram.length;
        crcNanos[round] = round(crc) / telegram.length;
      }
      double p = median(parseNanos);
      double c = median(crcNanos);
      System.out.printf(
          "%s\t%d\t%.2f\t%.2f\t%.2f%n",
          Path.of(file).getFileName(), telegram.length, p, c, p / c);
    }
    if (sink == 42) {
      System.out.println();
    }
  }

  private static LongSupplier p1(byte[] telegram) {
    P1Parser parser = new P1Parser();
    Instant now = Instant.EPOCH;
    FrameSink frames =
        new FrameSink() {
          @Override
          public void telegram(P1Frame frame) {
            ParseResult result = parser.parse(frame, ChecksumPolicy.REQUIRE, now, 0);
            if (!(result instanceof ParseResult.Accepted accepted)) {
              throw new IllegalStateException(result.toString());
            }
            sink += accepted.snapshot().netMilliWatt().orElse(1);
          }

          @Override
          public boolean encrypted(EncryptedFrame frame) {
            throw new IllegalStateException("encrypted");
          }

          @Override
          public void rejected(Rejection rejection) {
            throw new IllegalStateException(rejection.toString());
          }
        };
    CharacterFormat line = new CharacterFormat(new P1FrameReader(frames, false));
    return () -> {
      line.feed(telegram, 0, telegram.length);
      return sink;
    };
  }

  /** With parity bits, as a port hands the bytes over. */
  private static LongSupplier tic(byte[] frame) {
    for (int i = 0; i < frame.length; i++) {
      frame[i] = (byte) ((Integer.bitCount(frame[i]) & 1) == 0 ? frame[i] : frame[i] | 0x80);
    }
    TicParser parser = new TicParser(TicOptions.DEFAULT);
    TicSink frames =
        new TicSink() {
          @Override
          public void group(int label) {}

          @Override
          public void frame(TicFrame frame) {
            ParseResult result = parser.parse(frame, Instant.EPOCH, 0);
            if (!(result instanceof ParseResult.Accepted accepted)) {
              throw new IllegalStateException(result.toString());
            }
            sink += accepted.snapshot().netMilliWatt().orElse(1);
          }

          @Override
          public void damaged(Rejection rejection) {
            throw new IllegalStateException(rejection.toString());
          }
        };
    TicFrameReader reader = new TicFrameReader(frames, new TicLabelTable());
    return () -> {
      reader.feed(frame, 0, frame.length);
      return sink;
    };
  }

  /** Nanoseconds per call over one round. */
  private static double round(LongSupplier work) {
    long calls = 0;
    long start = System.nanoTime();
    long end = start;
    while (end - start < ROUND_NANOS) {
      for (int i = 0; i < 50; i++) {
        sink += work.getAsLong();
      }
      calls += 50;
      end = System.nanoTime();
    }
    return (double) (end - start) / calls;
  }

  /** Median of the second half: the first half warms up. */
  private static double median(double[] values) {
    double[] warm = Arrays.copyOfRange(values, values.length / 2, values.length);
    Arrays.sort(warm);
    return warm[warm.length / 2];
  }

  private static long plainCrc(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ b) & 0xFF];
    }
    return crc;
  }

  private static int[] crcTable() {
    int[] table = new int[256];
    for (int value = 0; value < 256; value++) {
      int crc = value;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0xA001;
      }
      table[value] = crc;
    }
    return table;
  }
}
