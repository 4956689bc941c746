// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes a part of the history as CSV (RFC 4180), one line per interval: time, powers, what was
 * used in the interval, and the counters at its end. An empty cell means "not known"; see {@link
 * Usage} for when an energy is known. Takes the history piece by piece, so a slow reader costs
 * little memory.
 */
public final class HistoryCsv {

  private static final String HEADER =
      "time_utc,power_w,power_min_w,power_max_w,import_wh,export_wh,gas_m3,water_m3,"
          + "import_total_wh,export_total_wh,gas_total_m3,water_total_m3,series";

  private static final String LINE_END = "\r\n";
  private static final int PIECE_RECORDS = 512;

  private HistoryCsv() {}

  /**
   * Writes the intervals that start in a span of time, after a line of column names.
   *
   * @param fromSecond seconds since 1970, inclusive.
   * @param toSecond seconds since 1970, exclusive.
   */
  public static void write(
      Appendable out, History history, Resolution resolution, long fromSecond, long toSecond)
      throws IOException {
    out.append(HEADER).append(LINE_END);
    // One interval more, for the counters at the start of the first.
    long next = resolution.startOf(Math.max(0, fromSecond)) - resolution.seconds();
    @Nullable HistoryRecord before = null;
    List<HistoryRecord> piece = history.query(resolution, next, toSecond, PIECE_RECORDS);
    while (!piece.isEmpty()) {
      for (HistoryRecord now : piece) {
        if (now.startSecond() >= fromSecond) {
          line(out, new Usage(resolution, before, now), now);
        }
        before = now;
        next = now.startSecond() + 1;
      }
      piece = history.query(resolution, next, toSecond, PIECE_RECORDS);
    }
  }

  private static void line(Appendable out, Usage usage, HistoryRecord now) throws IOException {
    out.append(Instant.ofEpochSecond(now.startSecond()).toString());
    integer(out, now.meanWatt());
    integer(out, now.minWatt());
    integer(out, now.maxWatt());
    integer(out, usage.importWattHour());
    integer(out, usage.exportWattHour());
    cubicMetres(out, usage.gasLitre());
    cubicMetres(out, usage.waterLitre());
    integer(out, now.importWattHour());
    integer(out, now.exportWattHour());
    cubicMetres(out, now.gasLitre());
    cubicMetres(out, now.waterLitre());
    out.append(',').append(Integer.toString(now.series())).append(LINE_END);
  }

  private static void integer(Appendable out, OptionalInt value) throws IOException {
    out.append(',').append(value.isPresent() ? Integer.toString(value.getAsInt()) : "");
  }

  private static void integer(Appendable out, OptionalLong value) throws IOException {
    out.append(',').append(value.isPresent() ? Long.toString(value.getAsLong()) : "");
  }

  private static void cubicMetres(Appendable out, OptionalLong litre) throws IOException {
    out.append(',');
    if (litre.isPresent()) {
      Decimal.appendCubicMetres(out, litre.getAsLong());
    }
  }
}
