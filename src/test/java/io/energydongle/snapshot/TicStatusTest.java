// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.snapshot.TicStatus.Breaker;
import io.energydongle.snapshot.TicStatus.Colour;
import org.junit.jupiter.api.Test;

/** Status words of real meters, as {@code tic.md} section 5 reads them. */
class TicStatusTest {

  @Test
  void an_exporting_producer() {
    TicStatus status = new TicStatus(0x003AC301);
    assertThat(status.producer()).isTrue();
    assertThat(status.exporting()).isTrue();
    assertThat(status.contactOpen()).isTrue();
    assertThat(status.standardOutput()).isTrue();
    assertThat(status.breaker()).isEqualTo(Breaker.CLOSED);
    assertThat(status.distributorIndex()).isEqualTo(4);
  }

  @Test
  void a_producer_that_imports_on_a_blue_day() {
    TicStatus status = new TicStatus(0x013A0501);
    assertThat(status.producer()).isTrue();
    assertThat(status.exporting()).isFalse();
    assertThat(status.today()).isEqualTo(Colour.BLUE);
    assertThat(status.supplierIndex()).isEqualTo(2);
  }

  @Test
  void a_blue_day_before_a_red_one_with_a_notice() {
    TicStatus status = new TicStatus(0x2D3A8000);
    assertThat(status.today()).isEqualTo(Colour.BLUE);
    assertThat(status.tomorrow()).isEqualTo(Colour.RED);
    assertThat(status.peakNotice()).isEqualTo(2);
    assertThat(status.peakRunning()).isZero();
  }

  @Test
  void a_red_day_while_its_peak_runs() {
    TicStatus status = new TicStatus(0x9B3A9000);
    assertThat(status.today()).isEqualTo(Colour.RED);
    assertThat(status.tomorrow()).isEqualTo(Colour.WHITE);
    assertThat(status.peakRunning()).isEqualTo(2);
    assertThat(status.peakNotice()).isEqualTo(1);
  }

  @Test
  void a_consumer_that_exports_and_an_open_cover() {
    assertThat(new TicStatus(0x003A4201).producer()).isFalse();
    assertThat(new TicStatus(0x003A4201).exporting()).isTrue();
    assertThat(new TicStatus(0x000A4411).coverOpen()).isTrue();
  }

  @Test
  void the_breaker_names_why_it_is_open() {
    assertThat(new TicStatus(0x2).breaker()).isEqualTo(Breaker.OVERPOWER);
    assertThat(new TicStatus(0x8).breaker()).isEqualTo(Breaker.REMOTE_ORDER);
    assertThat(new TicStatus(0xE).breaker()).isEqualTo(Breaker.UNLISTED);
  }
}
