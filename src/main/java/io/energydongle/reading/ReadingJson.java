// SPDX-License-Identifier: Apache-2.0
package io.energydongle.reading;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.energydongle.snapshot.Demand;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.GridConnection;
import io.energydongle.snapshot.MbusChannel;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterIdentity;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MeterTime;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Phase;
import io.energydongle.snapshot.ReactivePower;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Writes a snapshot as JSON: snake_case, the unit ends the name, SI numbers, exact decimals. A key
 * that is absent means that this meter does not say it.
 *
 * <p>Source: the outside contract, section 4; {@code docs/reference/reading.md}.
 */
public final class ReadingJson {

  private static final int MILLI = 3;
  private static final int MICRO = 6;
  private static final int VERSION = 1;
  private static final int TYPICAL_BYTES = 1024;

  private static final JsonFactory FACTORY = new JsonFactory();

  private static final DateTimeFormatter RECEIVED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private ReadingJson() {}

  /** The reading as one JSON object in UTF-8, without line ends. */
  public static byte[] toBytes(MeterSnapshot snapshot) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      writeFields(json, snapshot);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return out.toByteArray();
  }

  private static void writeFields(JsonGenerator json, MeterSnapshot snapshot) throws IOException {
    json.writeNumberField("v", VERSION);
    json.writeNumberField("seq", snapshot.sequence());
    json.writeStringField("ts", RECEIVED.format(snapshot.reception().receivedAt()));
    if (snapshot.meterTime().isPresent()) {
      MeterTime time = snapshot.meterTime().get();
      writeInstant(json, "meter_ts", time.instant());
      json.writeStringField("meter_ts_raw", time.raw());
    }
    writeMeter(json, snapshot.meter());
    if (snapshot.wiring().isPresent()) {
      json.writeStringField("wiring", snapshot.wiring().get().code());
    }
    decimal(json, "power_w", snapshot.netMilliWatt(), MILLI);
    decimal(json, "power_import_w", snapshot.importMilliWatt(), MILLI);
    decimal(json, "power_export_w", snapshot.exportMilliWatt(), MILLI);
    writePhases(json, snapshot.phases());
    writeEnergy(json, "energy_import_wh", snapshot.energyImport());
    writeEnergy(json, "energy_export_wh", snapshot.energyExport());
    writeReactive(json, snapshot.reactive());
    integer(json, "tariff", snapshot.tariff());
    writeDemand(json, snapshot.demand());
    writeVolume(json, "gas", snapshot.device(Medium.GAS));
    writeVolume(json, "water", snapshot.device(Medium.WATER));
    writeHeat(json, snapshot.device(Medium.HEAT));
    writeMbus(json, snapshot.mbus());
    writeGrid(json, snapshot.grid());
    if (snapshot.tic().isPresent()) {
      TicJson.write(json, snapshot.tic().get());
    }
    if (snapshot.message().isPresent()) {
      json.writeStringField("message", snapshot.message().get());
    }
    json.writeArrayFieldStart("notes");
    for (Note note : snapshot.notes().stream().sorted().toList()) {
      json.writeString(note.code());
    }
    json.writeEndArray();
  }

  private static void writeMeter(JsonGenerator json, MeterIdentity meter) throws IOException {
    json.writeObjectFieldStart("meter");
    json.writeStringField("kind", meter.protocol().kind());
    json.writeStringField("protocol", meter.protocol().code());
    text(json, "version", meter.version());
    if (!meter.ident().isEmpty() || meter.protocol().kind().equals("p1")) {
      json.writeStringField("ident", meter.ident());
    }
    text(json, "id", meter.serial());
    text(json, "ean", meter.ean());
    json.writeEndObject();
  }

  private static void writePhases(JsonGenerator json, List<Phase> phases) throws IOException {
    if (phases.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("phases");
    for (Phase phase : phases) {
      json.writeStartObject();
      decimal(json, "voltage_v", toLong(phase.milliVolt()), MILLI);
      decimal(json, "current_a", toLong(phase.milliAmpere()), MILLI);
      decimal(json, "power_w", phase.netMilliWatt(), MILLI);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeEnergy(JsonGenerator json, String name, EnergyRegisters energy)
      throws IOException {
    if (energy.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(name);
    decimal(json, "total", energy.totalMicroWattHour(), MICRO);
    int tariff = 1;
    for (OptionalLong counter : energy.byTariffMicroWattHour()) {
      decimal(json, "t" + tariff++, counter, MICRO);
    }
    json.writeEndObject();
  }

  private static void writeReactive(JsonGenerator json, ReactivePower reactive) throws IOException {
    decimal(json, "reactive_power_var", reactive.netMilliVar(), MILLI);
    decimal(json, "reactive_energy_import_varh", reactive.importMicroVarHour(), MICRO);
    decimal(json, "reactive_energy_export_varh", reactive.exportMicroVarHour(), MICRO);
  }

  private static void writeDemand(JsonGenerator json, Demand demand) throws IOException {
    if (demand.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("demand");
    decimal(json, "now_w", demand.nowMilliWatt(), MILLI);
    if (demand.monthPeak().isPresent()) {
      Demand.Peak peak = demand.monthPeak().get();
      decimal(json, "month_peak_w", OptionalLong.of(peak.milliWatt()), MILLI);
      writeInstant(json, "month_peak_ts", peak.at());
    }
    if (!demand.history().isEmpty()) {
      json.writeArrayFieldStart("history");
      for (Demand.MonthPeak month : demand.history()) {
        json.writeStartObject();
        writeInstant(json, "month_end_ts", month.monthEnd());
        decimal(json, "peak_w", OptionalLong.of(month.peak().milliWatt()), MILLI);
        writeInstant(json, "peak_ts", month.peak().at());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void writeVolume(JsonGenerator json, String name, Optional<MbusChannel> device)
      throws IOException {
    if (device.isEmpty() || !device.get().unit().equals(Optional.of("m3"))) {
      return;
    }
    json.writeObjectFieldStart(name);
    decimal(json, "volume_m3", device.get().valueMicro(), MICRO);
    writeTime(json, device.get());
    json.writeEndObject();
  }

  private static void writeHeat(JsonGenerator json, Optional<MbusChannel> device)
      throws IOException {
    String unit = device.flatMap(MbusChannel::unit).orElse("");
    if (device.isEmpty() || !(unit.equals("GJ") || unit.equals("MJ"))) {
      return;
    }
    json.writeObjectFieldStart("heat");
    decimal(
        json, "energy_gj", device.get().valueMicro(), unit.equals("GJ") ? MICRO : MICRO + MILLI);
    writeTime(json, device.get());
    json.writeEndObject();
  }

  private static void writeMbus(JsonGenerator json, List<MbusChannel> devices) throws IOException {
    if (devices.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("mbus");
    for (MbusChannel device : devices) {
      json.writeStartObject();
      json.writeNumberField("channel", device.channel());
      integer(json, "type", device.deviceType());
      text(json, "id", device.id());
      text(json, "ean", device.ean());
      writeTime(json, device);
      decimal(json, "value", device.valueMicro(), MICRO);
      text(json, "unit", device.unit());
      integer(json, "valve", device.valve());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeGrid(JsonGenerator json, GridConnection grid) throws IOException {
    if (grid.equals(GridConnection.UNKNOWN)) {
      return;
    }
    json.writeObjectFieldStart("grid");
    integer(json, "breaker", grid.breaker());
    if (grid.limiter().isPresent()) {
      GridConnection.Limiter limiter = grid.limiter().get();
      String name = "limiter_" + limiter.unit().toLowerCase(Locale.ROOT);
      decimal(json, name, OptionalLong.of(limiter.milli()), MILLI);
    }
    decimal(json, "fuse_a", toLong(grid.fuseMilliAmpere()), MILLI);
    integer(json, "failures_short", grid.shortFailures());
    integer(json, "failures_long", grid.longFailures());
    if (!grid.failureLog().isEmpty()) {
      json.writeArrayFieldStart("failure_log");
      for (GridConnection.Failure failure : grid.failureLog()) {
        json.writeStartObject();
        writeInstant(json, "end_ts", failure.end());
        decimal(json, "duration_s", failure.seconds(), 0);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    counts(json, "voltage_sags", grid.voltageSags());
    counts(json, "voltage_swells", grid.voltageSwells());
    json.writeEndObject();
  }

  private static void counts(JsonGenerator json, String name, List<OptionalInt> perPhase)
      throws IOException {
    if (perPhase.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(name);
    for (OptionalInt count : perPhase) {
      if (count.isPresent()) {
        json.writeNumber(count.getAsInt());
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }

  private static void writeTime(JsonGenerator json, MbusChannel device) throws IOException {
    writeInstant(json, "ts", device.time().flatMap(MeterTime::instant));
  }

  static void writeInstant(JsonGenerator json, String name, Optional<Instant> instant)
      throws IOException {
    if (instant.isPresent()) {
      json.writeStringField(name, instant.get().toString());
    }
  }

  static void text(JsonGenerator json, String name, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    }
  }

  static void integer(JsonGenerator json, String name, OptionalInt value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.getAsInt());
    }
  }

  /** Writes an integer of the smallest unit as an exact decimal of the unit that ends the name. */
  static void decimal(JsonGenerator json, String name, OptionalLong value, int scale)
      throws IOException {
    if (value.isPresent()) {
      json.writeFieldName(name);
      BigDecimal exact = BigDecimal.valueOf(value.getAsLong(), scale).stripTrailingZeros();
      json.writeNumber(exact.toPlainString());
    }
  }

  private static OptionalLong toLong(OptionalInt value) {
    return value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty();
  }
}
