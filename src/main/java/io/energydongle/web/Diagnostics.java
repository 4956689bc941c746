// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.SecretForm;
import io.energydongle.config.SettingsStore;
import io.energydongle.history.History;
import io.energydongle.history.HistoryCsv;
import io.energydongle.history.Resolution;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MonotonicClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * One file with everything that helps to find a fault: no secrets in it, and the numbers of meters
 * and connections replaced, because they tell whose house it is.
 */
final class Diagnostics {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WEEK_SECONDS = 7 * 24 * 3600;

  /** Objects of P1 that hold numbers of equipment or messages. Source: p1.md section 3. */
  private static final Pattern P1_NUMBER =
      Pattern.compile(
          "(?m)^(?<code>0-\\d:(?:96\\.1\\.[0-3]|96\\.13\\.\\d|42\\.0\\.0)|[01]-0:0\\.0\\.0)"
              + "(?<text>\\([^\\r\\n]*)");

  /** Groups of TIC that do. Source: tic.md section 5. */
  private static final Pattern TIC_NUMBER =
      Pattern.compile(
          "(?m)^(?<code>\\n?(?:ADCO|ADSC|ADS|PRM|MSG1|MSG2)[ \\t])(?<text>[^ \\t\\r\\n]*)");

  private static final Pattern LETTER_OR_DIGIT = Pattern.compile("[A-Za-z0-9]");

  private final Surroundings surroundings;
  private final SettingsStore settings;
  private final History history;
  private final StatusJson status;
  private final LiveReading live;
  private final MonotonicClock clock;

  Diagnostics(
      Surroundings surroundings,
      SettingsStore settings,
      History history,
      StatusJson status,
      LiveReading live,
      MonotonicClock clock) {
    this.surroundings = surroundings;
    this.settings = settings;
    this.history = history;
    this.status = status;
    this.live = live;
    this.clock = clock;
  }

  /** The file, a ZIP archive. */
  byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "status.json", status.of(true).toPrettyString());
      add(zip, "settings.json", settings.current().toJson(SecretForm.HIDDEN).toPrettyString());
      add(zip, "log.txt", String.join("\n", surroundings.log()) + "\n");
      add(zip, "metrics.txt", Metrics.of(surroundings, live.snapshot(), clock.nanos()));
      zip.putNextEntry(new ZipEntry("history.csv"));
      Writer csv = new OutputStreamWriter(zip, StandardCharsets.US_ASCII);
      long now = surroundings.now().getEpochSecond();
      HistoryCsv.write(csv, history, Resolution.QUARTER, now - WEEK_SECONDS, now);
      csv.flush();
      zip.closeEntry();
      Optional<byte[]> reading = live.json();
      Optional<MeterSnapshot> snapshot = live.snapshot();
      if (reading.isPresent() && snapshot.isPresent()) {
        add(zip, "reading.json", withoutNumbers(JSON.readTree(reading.get())).toPrettyString());
        String raw = new String(snapshot.get().raw().toByteArray(), StandardCharsets.ISO_8859_1);
        add(zip, "telegram.txt", withoutNumbers(raw));
      }
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  /** A telegram with x in place of every character of the numbers; its checksum fits no longer. */
  static String withoutNumbers(String telegram) {
    Pattern pattern = telegram.startsWith("/") ? P1_NUMBER : TIC_NUMBER;
    Matcher matcher = pattern.matcher(telegram);
    StringBuilder masked = new StringBuilder(telegram.length());
    while (matcher.find()) {
      String text = LETTER_OR_DIGIT.matcher(matcher.group("text")).replaceAll("x");
      matcher.appendReplacement(masked, Matcher.quoteReplacement(matcher.group("code") + text));
    }
    matcher.appendTail(masked);
    return masked.toString();
  }

  private static JsonNode withoutNumbers(JsonNode reading) {
    if (reading.path("meter") instanceof ObjectNode meter) {
      meter.remove("id");
      meter.remove("ean");
    }
    for (JsonNode device : reading.path("mbus")) {
      ((ObjectNode) device).remove(List.of("id", "ean"));
    }
    if (reading instanceof ObjectNode whole) {
      whole.remove("message");
    }
    return reading;
  }
}
