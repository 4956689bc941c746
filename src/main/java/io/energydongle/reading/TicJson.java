// SPDX-License-Identifier: Apache-2.0
package io.energydongle.reading;

import com.fasterxml.jackson.core.JsonGenerator;
import io.energydongle.snapshot.TicDetails;
import io.energydongle.snapshot.TicDetails.Block;
import io.energydongle.snapshot.TicDetails.Calendar;
import io.energydongle.snapshot.TicDetails.Load;
import io.energydongle.snapshot.TicDetails.MobilePeak;
import io.energydongle.snapshot.TicDetails.Timed;
import io.energydongle.snapshot.TicDetails.TimedValue;
import io.energydongle.snapshot.TicStatus;
import io.energydongle.snapshot.TicStatus.Colour;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The part of a reading that only French meters have: the object {@code tic}. The number of the
 * delivery point (PRM) is personal and left out.
 *
 * <p>Source: {@code docs/reference/reading.md}.
 */
final class TicJson {

  private static final int MICRO = 6;
  private static final int RELAYS = 8;
  private static final int VIRTUAL_CONTACTS = 7;
  private static final int PHASES = 3;

  private TicJson() {}

  static void write(JsonGenerator json, TicDetails tic) throws IOException {
    json.writeObjectFieldStart("tic");
    ReadingJson.text(json, "contract", tic.tariff().contract());
    ReadingJson.text(json, "tariff_name", tic.tariff().running());
    ReadingJson.text(json, "tomorrow", tic.tariff().tomorrow());
    ReadingJson.integer(json, "peak_notice_min", tic.tariff().peakNoticeMinutes());
    ReadingJson.text(json, "off_peak_group", tic.tariff().offPeakGroup());
    ReadingJson.text(json, "state_word", tic.tariff().stateWord());
    ReadingJson.integer(json, "subscribed_va", tic.limits().subscribedVoltAmpere());
    ReadingJson.integer(json, "cut_off_va", tic.limits().cutOffVoltAmpere());
    ReadingJson.integer(json, "subscribed_a", tic.limits().subscribedAmpere());
    counters(json, "energy_distributor_wh", "t", tic.distributorMicroWattHour());
    counters(json, "reactive_energy_varh", "q", tic.reactiveMicroVarHour());
    timed(json, tic);
    if (tic.status().isPresent()) {
      status(json, tic.status().get());
    }
    bits(json, "relays_closed", tic.relays(), 0, RELAYS);
    calendar(json, tic.calendar());
    ReadingJson.text(json, "short_message", tic.shortMessage());
    load(json, tic.load());
    if (tic.shortFrame()) {
      json.writeBooleanField("short_frame", true);
    }
    json.writeEndObject();
  }

  private static void counters(
      JsonGenerator json, String name, String prefix, List<OptionalLong> counters)
      throws IOException {
    if (counters.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(name);
    int number = 1;
    for (OptionalLong counter : counters) {
      ReadingJson.decimal(json, prefix + number++, counter, MICRO);
    }
    json.writeEndObject();
  }

  private static void timed(JsonGenerator json, TicDetails tic) throws IOException {
    for (Timed name : Timed.values()) {
      TimedValue value = tic.timed().get(name);
      if (value != null) {
        json.writeObjectFieldStart(name.name().toLowerCase(Locale.ROOT));
        json.writeNumberField("value", value.value());
        ReadingJson.writeInstant(json, "ts", value.at().instant());
        json.writeEndObject();
      }
    }
  }

  private static void status(JsonGenerator json, TicStatus status) throws IOException {
    json.writeObjectFieldStart("status");
    json.writeStringField("word", String.format("%08X", status.word()));
    json.writeStringField("contact", status.contactOpen() ? "open" : "closed");
    json.writeStringField("breaker", status.breaker().code());
    json.writeBooleanField("cover_open", status.coverOpen());
    json.writeBooleanField("overvoltage", status.overvoltage());
    json.writeBooleanField("over_reference_power", status.overReferencePower());
    json.writeBooleanField("producer", status.producer());
    json.writeBooleanField("exporting", status.exporting());
    json.writeNumberField("supplier_index", status.supplierIndex());
    json.writeNumberField("distributor_index", status.distributorIndex());
    json.writeBooleanField("clock_degraded", status.clockDegraded());
    json.writeStringField("output", status.standardOutput() ? "standard" : "historical");
    json.writeNumberField("euridis", status.euridis());
    json.writeNumberField("plc", status.powerLineCarrier());
    json.writeBooleanField("plc_synchronised", status.powerLineSynchronised());
    colour(json, "colour_today", status.today());
    colour(json, "colour_tomorrow", status.tomorrow());
    json.writeNumberField("peak_notice", status.peakNotice());
    json.writeNumberField("peak_running", status.peakRunning());
    json.writeEndObject();
  }

  private static void colour(JsonGenerator json, String name, Colour colour) throws IOException {
    if (colour != Colour.NONE) {
      json.writeStringField(name, colour.code());
    }
  }

  /** The numbers, from 1 on, of the bits that are set. */
  private static void bits(
      JsonGenerator json, String name, OptionalInt word, int firstBit, int count)
      throws IOException {
    if (word.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(name);
    for (int number = 1; number <= count; number++) {
      if ((word.getAsInt() >>> (firstBit + number - 1) & 1) != 0) {
        json.writeNumber(number);
      }
    }
    json.writeEndArray();
  }

  private static void calendar(JsonGenerator json, Calendar calendar) throws IOException {
    ReadingJson.integer(json, "day_profile", calendar.today());
    ReadingJson.integer(json, "day_profile_tomorrow", calendar.tomorrow());
    blocks(json, "tomorrow_blocks", calendar.tomorrowBlocks());
    blocks(json, "peak_blocks", calendar.peakBlocks());
    if (calendar.peaks().isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("mobile_peaks");
    for (MobilePeak peak : calendar.peaks()) {
      json.writeStartObject();
      json.writeNumberField("number", peak.number());
      if (peak.from().isPresent()) {
        ReadingJson.writeInstant(json, "from_ts", peak.from().get().instant());
      }
      if (peak.to().isPresent()) {
        ReadingJson.writeInstant(json, "to_ts", peak.to().get().instant());
      }
      json.writeNumberField("profile", peak.profile());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void blocks(JsonGenerator json, String name, List<Block> blocks)
      throws IOException {
    if (blocks.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(name);
    for (Block block : blocks) {
      json.writeStartObject();
      json.writeStringField("from", block.from().toString());
      ReadingJson.integer(json, "supplier_index", block.supplierIndex());
      bits(json, "virtual_contacts", OptionalInt.of(block.actions()), 4, VIRTUAL_CONTACTS);
      switch (block.dryContact()) {
        case 1 -> json.writeStringField("contact", "tempo");
        case 2 -> json.writeStringField("contact", "open");
        case 3 -> json.writeStringField("contact", "closed");
        default -> {
          // No change.
        }
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void load(JsonGenerator json, Load load) throws IOException {
    amperes(json, "overload_a", load.overloadAmpere());
    amperes(json, "maximum_a", load.maximumAmpere());
    ReadingJson.integer(json, "maximum_va", load.maximumVoltAmpere());
    bits(json, "absent_phases", load.absentPhases(), 1, PHASES);
  }

  private static void amperes(JsonGenerator json, String name, List<OptionalInt> values)
      throws IOException {
    if (values.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(name);
    for (OptionalInt value : values) {
      if (value.isPresent()) {
        json.writeNumber(value.getAsInt());
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }
}
