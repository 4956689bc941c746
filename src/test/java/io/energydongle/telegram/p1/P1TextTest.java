// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class P1TextTest {

  private static Optional<String> parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return P1Text.parse(bytes, 0, bytes.length);
  }

  @Test
  void hexadecimal_digits_are_decoded() {
    assertThat(parse("4B384547303034303436333935353037")).hasValue("K8EG004046395507");
  }

  @Test
  void blanks_around_the_text_are_dropped() {
    assertThat(parse("31333637343139322020202020202020")).hasValue("13674192");
  }

  @Test
  void digits_that_decode_to_nothing_printable_are_kept() {
    assertThat(parse("96815390")).hasValue("96815390");
    assertThat(parse("00000000000000")).hasValue("00000000000000");
  }

  @Test
  void an_odd_number_of_digits_is_kept() {
    assertThat(parse("09610")).hasValue("09610");
  }

  @Test
  void clear_text_is_kept() {
    assertThat(parse("test-/-test")).hasValue("test-/-test");
  }

  @Test
  void filler_is_nothing() {
    assertThat(parse("FFFFFFFF")).isEmpty();
    assertThat(parse("\u00FF\u00FF\u00FF")).isEmpty();
    assertThat(parse("2020")).isEmpty();
    assertThat(parse("")).isEmpty();
  }
}
