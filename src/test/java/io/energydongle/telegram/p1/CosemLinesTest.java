// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CosemLinesTest {

  private final CosemLines lines = new CosemLines();

  private void read(String... content) {
    String text = "/ABC5\r\n\r\n" + String.join("\r\n", content) + "\r\n!";
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    lines.read(bytes, bytes.length);
  }

  private List<String> values(int slot) {
    List<String> values = new ArrayList<>();
    for (int n = 0; n < lines.count(slot); n++) {
      int from = lines.start(slot, n);
      values.add(
          new String(lines.buffer(), from, lines.end(slot, n) - from, StandardCharsets.ISO_8859_1));
    }
    return values;
  }

  @Test
  void every_bracket_of_a_line_is_found() {
    read("0-1:24.2.1(101209112500W)(12785.123*m3)", "0-0:96.13.0()");
    assertThat(values(CosemObject.MBUS_READING.slot(1)))
        .containsExactly("101209112500W", "12785.123*m3");
    assertThat(values(CosemObject.MESSAGE.slot())).containsExactly("");
  }

  @Test
  void a_line_that_begins_with_a_bracket_continues_the_line_above() {
    read("0-1:24.3.0(120517020000)(m3)", "(00124.477)", "1-0:1.7.0(1*kW)");
    assertThat(values(CosemObject.MBUS_READING_OLD.slot(1)))
        .containsExactly("120517020000", "m3", "00124.477");
    assertThat(values(CosemObject.POWER_IMPORT.slot())).containsExactly("1*kW");
  }

  @Test
  void a_continuation_of_nothing_is_skipped() {
    read("(00124.477)", "1-0:1.7.0(1*kW)");
    assertThat(lines.skipped()).isEqualTo(1);
    assertThat(lines.known()).isEqualTo(1);
  }

  @Test
  void a_continuation_of_an_unknown_line_belongs_to_nobody() {
    read("1-0:99.99.0(1)", "(2)", "1-0:1.7.0(1*kW)");
    assertThat(lines.unknown()).isEqualTo(1);
    assertThat(lines.skipped()).isZero();
    assertThat(values(CosemObject.POWER_IMPORT.slot())).containsExactly("1*kW");
  }

  @Test
  void group_f_may_follow_behind_a_point_or_a_star() {
    read("1-0:1.7.0.255(1*kW)", "1-0:2.7.0*255(2*kW)");
    assertThat(values(CosemObject.POWER_IMPORT.slot())).containsExactly("1*kW");
    assertThat(values(CosemObject.POWER_EXPORT.slot())).containsExactly("2*kW");
  }

  @Test
  void the_first_of_two_lines_counts() {
    read("0-0:17.0.0(1)", "0-0:17.0.0(2)", "0-0:17.0.0(3)");
    assertThat(values(CosemObject.LIMITER.slot())).containsExactly("1");
    assertThat(lines.duplicates()).isEqualTo(2);
  }

  @Test
  void lines_that_break_the_grammar_are_skipped_one_by_one() {
    read(
        "1-0:99:97.0(2)",
        "1-0:1.7.0(1*kW",
        "1-0:1.7.0(1*kW))",
        "1-0:1.7.0((1*kW)",
        "1-0:1.7.0(1*kW)x",
        "1-0:1.7(1*kW)",
        "1-0:1.7.0.1.1(1*kW)",
        "1-0:1.7.0.(1*kW)",
        "1-0:256.7.0(1*kW)",
        "1-0:0001.7.0(1*kW)",
        "1-0:.7.0(1*kW)",
        "*-0:1.7.0(1*kW)",
        "nonsense",
        "1-0:1.7.0(5*kW)");
    assertThat(lines.skipped()).isEqualTo(13);
    assertThat(values(CosemObject.POWER_IMPORT.slot())).containsExactly("5*kW");
  }

  @Test
  void a_line_is_known_again_wherever_it_stands_in_the_next_telegram() {
    read("1-0:1.7.0(1*kW)", "1-0:2.7.0(2*kW)", "1-0:32.7.0(230.0*V)");
    read("1-0:32.7.0(231.0*V)", "1-0:1.7.0(3*kW)", "1-0:99.99.0(9)", "1-0:2.7.0(4*kW)");
    assertThat(values(CosemObject.POWER_IMPORT.slot())).containsExactly("3*kW");
    assertThat(values(CosemObject.POWER_EXPORT.slot())).containsExactly("4*kW");
    assertThat(values(CosemObject.VOLTAGE_L1.slot())).containsExactly("231.0*V");
    read("1-0:32.7.0(232.0*V)");
    assertThat(lines.has(CosemObject.POWER_IMPORT)).isFalse();
    assertThat(values(CosemObject.VOLTAGE_L1.slot())).containsExactly("232.0*V");
  }

  @Test
  void more_brackets_than_any_telegram_has_do_no_harm() {
    read("1-0:99.97.0" + "(1)".repeat(2000), "1-0:1.7.0(1*kW)");
    assertThat(lines.skipped()).isEqualTo(1);
    assertThat(values(CosemObject.POWER_IMPORT.slot())).containsExactly("1*kW");
  }

  @Test
  void more_lines_than_places_to_remember_are_read_all_the_same() {
    List<String> many = new ArrayList<>();
    for (int c = 100; c < 250; c++) {
      many.add("1-0:" + c + ".7.0(1)");
    }
    many.add("1-0:1.7.0(1*kW)");
    read(many.toArray(String[]::new));
    read(many.toArray(String[]::new));
    assertThat(lines.unknown()).isEqualTo(150);
    assertThat(values(CosemObject.POWER_IMPORT.slot())).containsExactly("1*kW");
  }
}
