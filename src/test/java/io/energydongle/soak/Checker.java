// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.soak.Ledger.Fate;
import io.energydongle.soak.Ledger.Sent;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Judges answers: all values from one telegram that was truly sent, and not too old. Pure: what was
 * said and when is given. Moments are those of {@link System#nanoTime()}.
 */
final class Checker {

  /** From the last byte on the line to the first answer that holds it, on a busy machine. */
  static final Duration DELIVERY = Duration.ofSeconds(2);

  private static final double TENTH = 0.1;

  private final SoakMeter meter;
  private final Ledger ledger;

  Checker(SoakMeter meter, Ledger ledger) {
    this.meter = meter;
    this.ledger = ledger;
  }

  /**
   * What came of an answer.
   *
   * @param fault what is wrong with it; empty when nothing is.
   * @param sentNanos when its telegram began; 0 when there is a fault.
   */
  record Verdict(Optional<String> fault, long sentNanos) {
    private static Verdict wrong(String format, Object... words) {
      return new Verdict(Optional.of(String.format(Locale.ROOT, format, words)), 0);
    }
  }

  /** Judges values, whatever their age. */
  Verdict values(Said said, long answeredNanos) {
    Sent sent = find(said);
    if (sent == null) {
      return Verdict.wrong(
          "expected a telegram that was sent (newest is %d), came %s", ledger.newest(), said);
    }
    Said expected = Said.expected(meter, sent.number());
    if (!expected.agreesWith(said)) {
      return Verdict.wrong(
          "expected all of telegram %d: %s, came %s", sent.number(), expected, said);
    }
    if (sent.fate() == Fate.BROKEN) {
      return Verdict.wrong("expected nothing of damaged telegram %d, came %s", sent.number(), said);
    }
    if (sent.beginNanos() - answeredNanos > 0) {
      return Verdict.wrong("telegram %d was served before it was sent", sent.number());
    }
    return new Verdict(Optional.empty(), sent.beginNanos());
  }

  private @org.jspecify.annotations.Nullable Sent find(Said said) {
    OptionalLong counter = said.wattHour();
    if (counter.isPresent()) {
      return ledger.of(SoakMeter.numberOf(counter.getAsLong()));
    }
    boolean known = !said.watt().isEmpty() && !said.watt().get(0).isNaN();
    return known ? ledger.ofResidue(SoakMeter.residueOf(said.watt().get(0))) : null;
  }

  /**
   * Judges values that must not be old.
   *
   * @param askedNanos the answer was not decided on before.
   * @param most age that is allowed, all tolerance included.
   */
  Verdict fresh(Said said, long askedNanos, long answeredNanos, Duration most) {
    Verdict verdict = values(said, answeredNanos);
    Sent sent = find(said);
    if (verdict.fault().isPresent() || sent == null) {
      return verdict;
    }
    double age = age(sent, askedNanos);
    return age <= most.toNanos() / 1e9
        ? verdict
        : Verdict.wrong(
            "expected at most %.1f s of age, telegram %d was sent %.1f s before it was asked for",
            most.toNanos() / 1e9, sent.number(), age);
  }

  private static double age(Sent sent, long nanos) {
    return sent.endNanos() == Long.MAX_VALUE ? 0 : (nanos - sent.endNanos()) / 1e9;
  }

  /**
   * Judges the refusal to give values.
   *
   * @param least age from which the gateway may refuse.
   * @param delivery time that a telegram may take until it is served.
   */
  Optional<String> refusal(long askedNanos, long answeredNanos, Duration least, Duration delivery) {
    Sent sent =
        ledger.wholeBetween(answeredNanos - least.toNanos(), askedNanos - delivery.toNanos());
    return sent == null
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "expected values, came a refusal; telegram %d was sent %.1f s before",
                sent.number(),
                age(sent, askedNanos)));
  }

  /**
   * Judges values that say themselves how old they are.
   *
   * @param slack what may pass between the line and the gateway.
   */
  Verdict dated(
      Said said, double age, boolean stale, long askedNanos, long answeredNanos, Duration slack) {
    Verdict verdict = values(said, answeredNanos);
    Sent sent = find(said);
    if (verdict.fault().isPresent() || sent == null) {
      return verdict;
    }
    double least = Math.max(0, age(sent, askedNanos) - slack.toNanos() / 1e9) - TENTH;
    double most = (answeredNanos - sent.beginNanos()) / 1e9 + TENTH;
    if (age < least || age > most) {
      return Verdict.wrong("expected an age of %.1f to %.1f s, came %.1f s", least, most, age);
    }
    // Three periods of a meter that sends every second or two.
    boolean right = stale ? age >= 5 - TENTH : age <= 6 + TENTH;
    return right ? verdict : Verdict.wrong("stale is %s at an age of %.1f s", stale, age);
  }
}
