// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.snapshot.MeterTime;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class P1TimeTest {

  private static Optional<MeterTime> parse(String stamp) {
    byte[] bytes = stamp.getBytes(StandardCharsets.ISO_8859_1);
    return P1Time.parse(bytes, 0, bytes.length);
  }

  private static Optional<Instant> instant(String stamp) {
    return parse(stamp).flatMap(MeterTime::instant);
  }

  @Test
  void summer_is_two_hours_ahead_of_utc_and_winter_one() {
    assertThat(instant("240708200756S")).hasValue(Instant.parse("2024-07-08T18:07:56Z"));
    assertThat(instant("150117185916W")).hasValue(Instant.parse("2015-01-17T17:59:16Z"));
  }

  @Test
  void the_flag_tells_the_two_half_past_twos_of_autumn_apart() {
    assertThat(instant("261025023000S")).hasValue(Instant.parse("2026-10-25T00:30:00Z"));
    assertThat(instant("261025023000W")).hasValue(Instant.parse("2026-10-25T01:30:00Z"));
  }

  @Test
  void winter_in_the_middle_of_summer_is_believed() {
    assertThat(instant("210828152453W")).hasValue(Instant.parse("2021-08-28T14:24:53Z"));
  }

  @Test
  void a_stamp_without_flag_is_dutch_time() {
    assertThat(instant("120517020000")).hasValue(Instant.parse("2012-05-17T00:00:00Z"));
    assertThat(instant("090212160000")).hasValue(Instant.parse("2009-02-12T15:00:00Z"));
  }

  @Test
  void a_leap_day_exists_only_in_leap_years() {
    assertThat(instant("240229204500W")).hasValue(Instant.parse("2024-02-29T19:45:00Z"));
    assertThat(instant("230229204500W")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "632525252525S", "000000000000W", "000101010000W", "700101010000W", "261301000000W",
        "260132000000W", "260431000000W", "260101240000W", "260101006000W", "260101000060W",
        "260101000000X", "26010100000W", "2601010000000W", "260101 00000W", "xxxxxxxxxxxxW"
      })
  void a_placeholder_or_impossible_date_is_kept_as_text_only(String stamp) {
    assertThat(parse(stamp).map(MeterTime::raw)).hasValue(stamp);
    assertThat(instant(stamp)).isEmpty();
  }

  @Test
  void nothing_is_no_time() {
    assertThat(parse("")).isEmpty();
  }

  /** From 2000-01-03 to 2099-12-30. */
  @Property
  void every_second_of_the_century_comes_back(
      @ForAll @LongRange(min = 946_857_600L, max = 4_102_272_000L) long epochSecond) {
    Instant moment = Instant.ofEpochSecond(epochSecond);
    DateTimeFormatter form = DateTimeFormatter.ofPattern("uuMMddHHmmss");
    String winter = form.format(LocalDateTime.ofInstant(moment, ZoneOffset.ofHours(1))) + "W";
    boolean unsetClock = winter.startsWith("700101");
    if (!unsetClock) {
      assertThat(instant(winter)).hasValue(moment);
    }
  }
}
