// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes a part of the history as one JSON object of columns, all of the same length: times, powers
 * and what was used in each interval. {@code null} means "not known"; see {@link Usage} for when an
 * energy is known.
 */
public final class HistoryJson {

  /** Writes one value of a record. */
  private interface Column {
    void write(Appendable out, Usage usage, HistoryRecord now) throws IOException;
  }

  private HistoryJson() {}

  /**
   * Writes the intervals that start in a span of time.
   *
   * @param fromSecond seconds since 1970, inclusive.
   * @param toSecond seconds since 1970, exclusive.
   */
  public static void write(
      Appendable out, History history, Resolution resolution, long fromSecond, long toSecond)
      throws IOException {
    // One interval more, for the counters at the start of the first.
    long before = resolution.startOf(Math.max(0, fromSecond)) - resolution.seconds();
    List<HistoryRecord> records = history.query(resolution, before, toSecond);
    out.append("{\"resolution\":\"").append(resolution.code());
    out.append("\",\"seconds\":").append(Integer.toString(resolution.seconds()));
    Writer writer = new Writer(out, resolution, records, fromSecond);
    writer.column("t", (o, usage, now) -> o.append(Long.toString(now.startSecond())));
    writer.column("power_w", (o, usage, now) -> integer(o, now.meanWatt()));
    writer.column("min_w", (o, usage, now) -> integer(o, now.minWatt()));
    writer.column("max_w", (o, usage, now) -> integer(o, now.maxWatt()));
    writer.column("import_wh", (o, usage, now) -> integer(o, usage.importWattHour()));
    writer.column("export_wh", (o, usage, now) -> integer(o, usage.exportWattHour()));
    writer.column("gas_m3", (o, usage, now) -> cubicMetres(o, usage.gasLitre()));
    writer.column("water_m3", (o, usage, now) -> cubicMetres(o, usage.waterLitre()));
    writer.column("series", (o, usage, now) -> o.append(Integer.toString(now.series())));
    out.append('}');
  }

  private record Writer(
      Appendable out, Resolution resolution, List<HistoryRecord> records, long fromSecond) {

    void column(String name, Column column) throws IOException {
      out.append(",\"").append(name).append("\":[");
      @Nullable HistoryRecord before = null;
      boolean first = true;
      for (HistoryRecord now : records) {
        if (now.startSecond() >= fromSecond) {
          out.append(first ? "" : ",");
          column.write(out, new Usage(resolution, before, now), now);
          first = false;
        }
        before = now;
      }
      out.append(']');
    }
  }

  private static void integer(Appendable out, OptionalInt value) throws IOException {
    out.append(value.isPresent() ? Integer.toString(value.getAsInt()) : "null");
  }

  private static void integer(Appendable out, OptionalLong value) throws IOException {
    out.append(value.isPresent() ? Long.toString(value.getAsLong()) : "null");
  }

  private static void cubicMetres(Appendable out, OptionalLong litre) throws IOException {
    if (litre.isPresent()) {
      Decimal.appendCubicMetres(out, litre.getAsLong());
    } else {
      out.append("null");
    }
  }
}
