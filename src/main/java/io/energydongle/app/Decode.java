// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.energydongle.config.MeterSettings;
import io.energydongle.frame.LineEvidence;
import io.energydongle.frame.LineEvidence.Diagnosis;
import io.energydongle.frame.Rejection;
import io.energydongle.frame.Rejection.Reason;
import io.energydongle.meter.MeterPipeline;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.TelegramListener;
import io.energydongle.reading.ReadingJson;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MonotonicClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * The command {@code decode}: captures in, one reading per accepted telegram out, as lines of JSON.
 * Each capture stands for itself. Uses constant memory, however long a capture is.
 */
final class Decode {

  /** At least one telegram was accepted. */
  static final int SOME = 0;

  /** None was. */
  static final int NONE = 1;

  /** A file could not be read. */
  static final int UNREADABLE = 2;

  private static final Path STDIN = Path.of("-");
  private static final int CHUNK = 16 * 1024;
  private static final JsonFactory JSON = new JsonFactory();

  private final Kind kind;
  private final MeterSettings settings;
  private final InputStream standardInput;
  private final OutputStream readings;
  private final OutputStream rejections;
  private final Clock clock;
  private final MonotonicClock monotonic;

  Decode(
      Kind kind,
      MeterSettings settings,
      InputStream standardInput,
      OutputStream readings,
      OutputStream rejections,
      Clock clock,
      MonotonicClock monotonic) {
    this.kind = kind;
    this.settings = settings;
    this.standardInput = standardInput;
    this.readings = readings;
    this.rejections = rejections;
    this.clock = clock;
    this.monotonic = monotonic;
  }

  /**
   * Decodes files, or standard input when there are none.
   *
   * @return the exit status.
   * @throws IOException when nobody takes the output any more.
   */
  int run(List<Path> files) throws IOException {
    boolean any = false;
    boolean unreadable = false;
    for (Path file : files.isEmpty() ? List.of(STDIN) : files) {
      try (InputStream in = file.equals(STDIN) ? standardInput : open(file)) {
        any |= decode(file, in);
      } catch (UnreadableException e) {
        rejections.write((e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
        unreadable = true;
      }
    }
    readings.flush();
    rejections.flush();
    return unreadable ? UNREADABLE : any ? SOME : NONE;
  }

  private static InputStream open(Path file) throws UnreadableException {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new UnreadableException(file, e);
    }
  }

  private boolean decode(Path file, InputStream in) throws IOException, UnreadableException {
    Printer printer = new Printer();
    MeterPipeline pipeline = new MeterPipeline(kind, false, settings, printer);
    LineEvidence evidence = new LineEvidence();
    byte[] chunk = new byte[CHUNK];
    int count = read(file, in, chunk);
    while (count >= 0) {
      if (!printer.anyAccepted) {
        evidence.add(chunk, 0, count);
      }
      pipeline.feed(chunk, 0, count, clock.instant(), monotonic.nanos());
      readings.flush();
      count = read(file, in, chunk);
    }
    pipeline.endOfInput();
    if (!printer.anyAccepted && !printer.anyExplained) {
      Diagnosis diagnosis = evidence.diagnose();
      printer.rejected(
          new Rejection(
              Reason.NO_TELEGRAM,
              0,
              evidence.total()
                  + " bytes: "
                  + diagnosis.finding()
                  + "; "
                  + diagnosis.advice(kind != Kind.TIC, kind != Kind.P1)));
    }
    return printer.anyAccepted;
  }

  private static int read(Path file, InputStream in, byte[] chunk) throws UnreadableException {
    try {
      return in.read(chunk);
    } catch (IOException e) {
      throw new UnreadableException(file, e);
    }
  }

  private static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(Path file, IOException cause) {
      super("cannot read " + (file.equals(STDIN) ? "standard input" : file) + ": " + cause, cause);
    }
  }

  /** Writes what a pipeline finds. */
  private final class Printer implements TelegramListener {
    private boolean anyAccepted;
    private boolean anyExplained;

    @Override
    public void accepted(MeterSnapshot snapshot) {
      anyAccepted = true;
      try {
        readings.write(ReadingJson.toBytes(snapshot));
        readings.write('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void dropped(Rejection rejection) {
      print(rejection);
    }

    @Override
    public void rejected(Rejection rejection) {
      anyExplained |= rejection.reason() != Reason.MALFORMED_IDENT;
      print(rejection);
    }

    private void print(Rejection rejection) {
      ByteArrayOutputStream line = new ByteArrayOutputStream(128);
      try {
        try (JsonGenerator json = JSON.createGenerator(line)) {
          json.writeStartObject();
          json.writeStringField("rejected", rejection.reason().code());
          json.writeNumberField("offset", rejection.offset());
          json.writeStringField("detail", rejection.detail());
          json.writeEndObject();
        }
        line.write('\n');
        line.writeTo(rejections);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
