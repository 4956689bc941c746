// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.LineSetting;
import io.energydongle.config.MeterSettings;
import io.energydongle.frame.LineEvidence;
import io.energydongle.frame.LineEvidence.Diagnosis;
import io.energydongle.frame.Rejection;
import io.energydongle.frame.Rejection.Reason;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.status.MeterStatus;
import io.energydongle.status.MeterStatus.Condition;
import io.energydongle.status.MeterStatus.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what happens on the line into a state with advice, and into a log that cannot flood: a line
 * for each change of state, and at most one a minute about rejected telegrams.
 *
 * <p>Source: {@code p1.md} sections 1 and 7.
 */
final class MeterDiagnosis {

  private static final Logger LOG = LoggerFactory.getLogger(MeterDiagnosis.class);

  /** One period of the slowest meter plus a telegram: earlier there is nothing to say. */
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  private static final long REJECTION_LOG_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  /** Older bytes than these say little about the line as it is now. */
  private static final long EVIDENCE_BYTES_MAX = 100_000;

  private static final int ERROR_PERCENT_MAX = 5;

  private static final long COLLECT_AFTER_NANOS = Duration.ofSeconds(3).toNanos();

  private final String port;
  private final Kind kind;
  private MeterSettings settings;
  private MeterPipeline pipeline;
  private final Consumer<MeterStatus> onStatus;
  private final LineEvidence evidence = new LineEvidence();
  private final ErrorRate errorRate = new ErrorRate();
  private final ErrorRate groupErrors = new ErrorRate();
  private final PhaseSumCheck phaseSums = new PhaseSumCheck();
  private final Map<Reason, Long> rejections = new EnumMap<>(Reason.class);

  /** What each setting gave since the last telegram. */
  private final Map<LineSetting, Diagnosis> byLine = new EnumMap<>(LineSetting.class);

  private LineSetting line = LineSetting.BAUD_115200;
  private long bytes;
  private long telegrams;
  private Duration period = PATIENCE;
  private long sinceNanos;
  private long lookedNanos;
  private @Nullable Rejection lastRejection;
  private long lastRejectionNanos;
  private long lastRejectionLogNanos;
  private long rejectionsNotLogged;
  private Set<Note> notes = Set.of();
  private Kind lastKind = Kind.UNKNOWN;
  private boolean collecting;
  private MeterStatus status;

  MeterDiagnosis(
      String port,
      Kind kind,
      MeterSettings settings,
      MeterPipeline pipeline,
      Consumer<MeterStatus> onStatus) {
    this.port = port;
    this.kind = kind;
    this.settings = settings;
    this.pipeline = pipeline;
    this.onStatus = onStatus;
    this.status = new MeterStatus(Condition.SEARCHING, "", "", port, "", List.of(), Counters.NONE);
  }

  /** The port is open, for the first time or again, or with another setting. */
  void opened(LineSetting setting, long nowNanos) {
    line = setting;
    evidence.clear();
    boolean wasClosed = status.condition() == Condition.NO_PORT || bytes + telegrams == 0;
    if (wasClosed && byLine.isEmpty()) {
      sinceNanos = nowNanos;
    }
    if (status.condition() == Condition.NO_PORT) {
      change(Condition.SEARCHING, "the port is open, waiting for telegrams", "");
    }
  }

  /** The search goes on with another setting: what this one gave is remembered. */
  void lineGivenUp() {
    byLine.put(line, evidence.diagnose());
  }

  /** Other settings, and with them another pipeline. */
  void use(MeterSettings newSettings, MeterPipeline newPipeline) {
    settings = newSettings;
    pipeline = newPipeline;
  }

  void noPort(String finding, String advice) {
    byLine.clear();
    change(Condition.NO_PORT, finding, advice);
  }

  void bytes(byte[] buffer, int count) {
    bytes += count;
    if (status.condition() != Condition.RECEIVING || collecting) {
      evidence.add(buffer, 0, count);
    }
  }

  void accepted(MeterSnapshot snapshot) {
    long now = snapshot.reception().receivedNanos();
    telegrams++;
    period = snapshot.reception().period();
    sinceNanos = now;
    lastRejection = null;
    lastKind = pipeline.kind();
    if (collecting) {
      collecting = false;
      evidence.clear();
    }
    errorRate.accepted(now, 1);
    phaseSums.look(snapshot);
    notes = snapshot.notes();
    if (status.condition() != Condition.RECEIVING) {
      String meter = snapshot.meter().protocol().code();
      change(Condition.RECEIVING, "telegrams of a " + meter + " meter arrive", "");
      evidence.clear();
      byLine.clear();
    }
  }

  /** Groups of TIC with the right checksum came. */
  void goodGroups(long count, long nowNanos) {
    groupErrors.accepted(nowNanos, count);
  }

  void dropped(Rejection rejection, long nowNanos) {
    count(rejection);
    groupErrors.rejected(nowNanos, 1);
  }

  void rejected(Rejection rejection, long nowNanos) {
    count(rejection);
    errorRate.rejected(nowNanos, 1);
    lastRejection = rejection;
    lastRejectionNanos = nowNanos;
    rejectionsNotLogged++;
    boolean first = rejectionsNotLogged == 1 && lastRejectionLogNanos == 0;
    if (first || nowNanos - lastRejectionLogNanos > REJECTION_LOG_NANOS) {
      LOG.warn(
          "rejected {} time(s), last: {}: {}",
          rejectionsNotLogged,
          rejection.reason().code(),
          rejection.detail());
      lastRejectionLogNanos = nowNanos;
      rejectionsNotLogged = 0;
    }
  }

  /** Draws conclusions, once a second however often it is called. */
  void look(long nowNanos) {
    if (nowNanos - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = nowNanos;
    // What the line looks like has to be known by the time when somebody asks.
    collecting |=
        status.condition() == Condition.RECEIVING && nowNanos - sinceNanos > COLLECT_AFTER_NANOS;
    long patience = Math.max(PATIENCE.toNanos(), period.multipliedBy(3).toNanos());
    if (nowNanos - sinceNanos > patience) {
      explainMissingTelegrams(nowNanos - lastRejectionNanos > patience);
    }
    publish(warnings(nowNanos));
  }

  private void explainMissingTelegrams(boolean nothingRejectedLately) {
    Rejection rejection = nothingRejectedLately ? null : lastRejection;
    if (rejection != null && rejection.reason().isFrame()) {
      change(
          Condition.NO_TELEGRAM,
          "telegrams arrive but cannot be used: " + rejection.reason().code(),
          rejection.detail());
      return;
    }
    byLine.put(line, evidence.diagnose());
    Diagnosis diagnosis = Collections.max(byLine.values());
    if (lastKind == Kind.TIC && diagnosis == Diagnosis.BINARY_DLMS) {
      // A French meter read at the wrong speed, which can look like anything.
      diagnosis = Diagnosis.UNREADABLE;
    }
    change(
        diagnosis == Diagnosis.SILENT ? Condition.SILENT : Condition.NO_TELEGRAM,
        diagnosis.finding(),
        diagnosis.advice(
            kind != Kind.TIC && lastKind != Kind.TIC, kind != Kind.P1 && lastKind != Kind.P1));
    if (evidence.total() > EVIDENCE_BYTES_MAX) {
      evidence.clear();
    }
  }

  private List<String> warnings(long nowNanos) {
    List<String> warnings = new ArrayList<>(0);
    if (errorRate.percent(nowNanos) > ERROR_PERCENT_MAX) {
      warnings.add(
          "More than "
              + ERROR_PERCENT_MAX
              + " % of the telegrams of the last five minutes were damaged: check cable and"
              + " connector.");
    }
    if (pipeline.kind() == Kind.TIC && groupErrors.percent(nowNanos) > ERROR_PERCENT_MAX) {
      warnings.add(
          "More than "
              + ERROR_PERCENT_MAX
              + " % of the groups of the last five minutes were damaged: check the cable to I1 and"
              + " I2, and the pull-up resistor of the adapter.");
    }
    if (notes.contains(Note.PHASE_POWER_SUBSTITUTED)) {
      warnings.add(
          "The meter sends impossible powers of its phases; voltage times current stands in their"
              + " place.");
    }
    if (notes.contains(Note.EXPORT_SUSPECTED)) {
      warnings.add(
          "The house probably exports, which a meter in historical mode cannot tell: ask the"
              + " supplier to switch its TIC output to standard mode.");
    }
    if (phaseSums.lasting()) {
      warnings.add("The powers of the phases do not add up to the total.");
    }
    if (settings.ignoreChecksum()) {
      warnings.add("Telegrams with a wrong checksum are accepted, as the settings say.");
    }
    return warnings;
  }

  private void count(Rejection rejection) {
    rejections.merge(rejection.reason(), 1L, Long::sum);
  }

  private void change(Condition condition, String finding, String advice) {
    boolean changed = condition != status.condition() || !finding.equals(status.finding());
    status =
        new MeterStatus(
            condition, finding, advice, port, line.code(), status.warnings(), counters());
    if (changed) {
      if (condition == Condition.RECEIVING || condition == Condition.SEARCHING) {
        LOG.info("meter at {}, {}: {}", port, line.code(), status.sentence());
      } else {
        LOG.warn("meter at {}: {}", port, status.sentence());
      }
      onStatus.accept(status);
    }
  }

  private void publish(List<String> warnings) {
    if (!warnings.equals(status.warnings())) {
      warnings.stream()
          .filter(warning -> !status.warnings().contains(warning))
          .forEach(warning -> LOG.warn("meter at {}: {}", port, warning));
    }
    status =
        new MeterStatus(
            status.condition(),
            status.finding(),
            status.advice(),
            port,
            line.code(),
            warnings,
            counters());
    onStatus.accept(status);
  }

  private Counters counters() {
    Map<String, Long> byReason = new HashMap<>();
    rejections.forEach((reason, count) -> byReason.put(reason.code(), count));
    return new Counters(
        bytes,
        telegrams,
        byReason,
        pipeline.goodGroups(),
        pipeline.parityErrors(),
        pipeline.unknownObjects(),
        pipeline.duplicateObjects());
  }
}
