// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.MeterSettings;
import io.energydongle.frame.Rejection;
import io.energydongle.meter.MeterPipeline;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.TelegramListener;
import io.energydongle.reading.ReadingJson;
import io.energydongle.snapshot.MeterSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the pipeline makes of a capture. */
public final class Decoded implements TelegramListener {

  /** When everything is received, as far as the pipeline knows. */
  public static final Instant NOW = Instant.parse("2026-01-15T10:22:41.120Z");

  public final List<MeterSnapshot> snapshots = new ArrayList<>();
  public final List<Rejection> rejections = new ArrayList<>();
  public final List<Rejection> dropped = new ArrayList<>();
  public long goodGroups;
  public long parityErrors;

  private Decoded() {}

  /** Decodes a capture in one piece, with default settings. */
  public static Decoded of(byte[] capture) {
    return of(capture, Math.max(1, capture.length), MeterSettings.DEFAULT);
  }

  /** Decodes a capture in pieces, a second apart. */
  public static Decoded of(byte[] capture, int pieceLength, MeterSettings settings) {
    Decoded decoded = new Decoded();
    MeterPipeline pipeline = new MeterPipeline(Kind.UNKNOWN, true, settings, decoded);
    for (int at = 0; at < capture.length; at += pieceLength) {
      int count = Math.min(pieceLength, capture.length - at);
      pipeline.feed(capture, at, count, NOW, at);
    }
    pipeline.endOfInput();
    decoded.goodGroups = pipeline.goodGroups();
    decoded.parityErrors = pipeline.parityErrors();
    return decoded;
  }

  /** Decodes captures one after the other on one line, a second apart. */
  public static Decoded sequence(MeterSettings settings, List<byte[]> captures) {
    Decoded decoded = new Decoded();
    MeterPipeline pipeline = new MeterPipeline(Kind.UNKNOWN, true, settings, decoded);
    long nanos = 0;
    for (byte[] capture : captures) {
      nanos += 1_000_000_000L;
      pipeline.feed(capture, 0, capture.length, NOW, nanos);
    }
    pipeline.endOfInput();
    decoded.goodGroups = pipeline.goodGroups();
    decoded.parityErrors = pipeline.parityErrors();
    return decoded;
  }

  /** Reasons of what was rejected, in order. */
  public List<String> reasons() {
    return rejections.stream().map(r -> r.reason().code()).toList();
  }

  /** The readings without what changes from run to run: version, sequence and receive time. */
  public List<JsonNode> readings() {
    return snapshots.stream().map(Decoded::reading).toList();
  }

  /** The only reading. */
  public JsonNode reading() {
    if (snapshots.size() != 1) {
      throw new AssertionError(
          "expected one reading, got " + snapshots.size() + "; rejected: " + rejections);
    }
    return reading(snapshots.get(0));
  }

  private static JsonNode reading(MeterSnapshot snapshot) {
    try {
      ObjectNode reading = (ObjectNode) Samples.JSON.readTree(ReadingJson.toBytes(snapshot));
      return reading.remove(List.of("v", "seq", "ts"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void accepted(MeterSnapshot snapshot) {
    snapshots.add(snapshot);
  }

  @Override
  public void dropped(Rejection rejection) {
    dropped.add(rejection);
  }

  @Override
  public void rejected(Rejection rejection) {
    rejections.add(rejection);
  }
}
