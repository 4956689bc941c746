// SPDX-License-Identifier: Apache-2.0
package io.energydongle.gpio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What can be known of GPIO lines without one. */
class GpioLineTest {

  @Test
  void an_older_java_is_told_what_to_do_instead() {
    assertThatThrownBy(() -> SystemCalls.load(17, "64"))
        .isInstanceOf(GpioException.class)
        .hasMessageContaining("Java 22 or newer")
        .hasMessageContaining("this is Java 17 with 64 bits")
        .hasMessageContaining("gpio-led")
        .hasMessageContaining("openjdk-25-jre-headless");
    assertThatThrownBy(() -> SystemCalls.load(25, "32")).hasMessageContaining("with 32 bits");
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_22)
  void the_calls_are_found_and_a_file_that_is_not_there_is_refused() throws Exception {
    SystemCalls calls = SystemCalls.load();
    assertThat(calls.open("/no/such/file")).isNegative();
  }
}
