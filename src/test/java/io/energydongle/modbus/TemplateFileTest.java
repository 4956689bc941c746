// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.energydongle.modbus.TemplateFile.TemplateException;
import org.junit.jupiter.api.Test;

class TemplateFileTest {

  private static final String GOOD =
      """
      id = "mine"
      title = "Mine"
      help = ""
      word_order = "low-first"
      windows = [{ from = 0x10, to = 0x1F }, { from = 0x100, to = 0x1FF }]
      points = [{ address = 0x10, quantity = "power_w", type = "f32" }]
      """;

  @Test
  void every_built_in_template_is_without_problems_and_named_as_its_file() {
    for (String id : TemplateFile.BUILT_IN) {
      RegisterTemplate template = TemplateFile.builtIn(id).orElseThrow();
      assertThat(template.id()).isEqualTo(id);
      assertThat(template.about().title()).isNotBlank();
      assertThat(template.about().help()).isNotBlank();
      assertThat(template.about().source()).isNotBlank();
      assertThat(template.about().fits()).isNotEmpty();
    }
  }

  @Test
  void another_id_is_no_template() {
    assertThat(TemplateFile.builtIn("../empro")).isEmpty();
  }

  @Test
  void a_file_is_read_with_its_hexadecimal_addresses() throws TemplateException {
    RegisterTemplate template = TemplateFile.parse(GOOD);
    assertThat(template.wordOrder()).isEqualTo(WordOrder.LOW_FIRST);
    assertThat(template.windows()).hasSize(2);
    assertThat(template.points().get(0).address()).isEqualTo(16);
  }

  private static void assertProblem(String find, String replace, String... expected) {
    assertThatThrownBy(() -> TemplateFile.parse(GOOD.replace(find, replace)))
        .isInstanceOf(TemplateException.class)
        .hasMessageContainingAll(expected);
  }

  @Test
  void every_problem_is_named_at_once() {
    assertProblem(
        "points = [",
        """
        points = [
          { address = 0x11, quantity = "power", type = "f16" },
          { address = 0x1F, quantity = "power_w", type = "f32" },
          { address = 0x11, quantity = "power_l1_w", type = "f32" },
        """,
        "quantity must be one of voltage_l1_v",
        "is \"power\"",
        "type must be one of u16",
        "0x001F (power_w) does not lie inside one window",
        "0x0010 (power_w) overlaps");
  }

  @Test
  void a_text_says_how_many_registers_it_fills() {
    for (String text : new String[] {"{serial}", "", "X"}) {
      assertProblem(
          "type = \"f32\" }]",
          "type = \"f32\" },\n  { address = 0x14, text = \"" + text + "\" }]",
          "line 7: registers must say");
    }
    assertProblem(
        "type = \"f32\" }]",
        "type = \"f32\" },\n"
            + "  { address = 0x14, text = \"{serial}\", registers = 8, packing = \"one\" }]",
        "line 7: packing must be");
  }

  @Test
  void windows_must_be_in_range_and_apart() {
    assertProblem("to = 0x1F ", "to = 0x100 ", "overlaps another window");
    assertProblem("to = 0x1FF", "to = 0x10000", "must lie in 0x0000..0xFFFF");
    assertProblem("from = 0x100, to = 0x1FF", "from = 0x200, to = 0x1FF", "from before to");
    assertProblem("from = 0x100", "from = -1", "must lie in");
  }

  /** Every register of the request can be read: {@code modbus.md} section 3. */
  @Test
  void a_request_across_windows_that_touch_is_inside() throws TemplateException {
    String touching = "{ from = 0x100, to = 0x1FF }, { from = 0x20, to = 0x2F }";
    RegisterTemplate template =
        TemplateFile.parse(GOOD.replace("{ from = 0x100, to = 0x1FF }", touching));
    RegisterMap map = new RegisterMap(template, new Installation("", 0));
    assertThat(map.covers(0x1E, 4)).isTrue();
    assertThat(map.covers(0x10, 0x20)).isTrue();
    assertThat(map.covers(0x10, 0x21)).isFalse();
    assertThat(map.covers(0x1FF, 2)).isFalse();
  }

  @Test
  void unknown_keys_and_words_are_refused() {
    assertProblem("help", "hlep", "hlep");
    assertProblem("low-first", "sideways", "word_order must be one of high-first, low-first");
    assertProblem("\"mine\"", "\"Mine!\"", "id must be");
    assertProblem("= \"mine\"", "= [", "line");
  }

  @Test
  void every_problem_names_its_line() {
    String file =
        """
        id = "mine" # a remark with address = 5
        title = "from = 7"
        word_order = "high-first"
        colour = 1
        windows = [
          { from = 0, to = 9 },
          { from = 5, to = 20 },
        ]
        points = [
          { address = 0, quantity = "power_w", type = "f32" },
          { address = 1, quantity = "power_w", type = "f32", scale = 0 },
          { address = 70000, quantity = "power_w", type = "u16" },
          { address = 2, text = "too long", registers = 2 },
          { address = 8, constant = 70000, type = "u16" },
          { address = 9, quantity = "power_w", type = "u16", absent = "nan" },
        ]
        writes = [{ register = 3, value = 7 }]
        """;
    assertThatThrownBy(() -> TemplateFile.parse(file))
        .isInstanceOf(TemplateException.class)
        .hasMessageContainingAll(
            "line 4: there is no key colour",
            "line 7: window 0x0005..0x0014 overlaps",
            "line 11: scale must be",
            "line 12: address must be 0x0000..0xFFFF",
            "line 13: text \"too long\" is longer than 2 registers",
            "line 14: constant 70000 does not fit type u16",
            "line 15: absent = \"nan\" does not fit type u16",
            "line 17: register 0x0003 can only take what stands there as a constant");
  }

  /** Pieces of good files put together at random, and cut, and with bytes changed. */
  @Test
  void ten_thousand_random_files_never_crash_the_reader() {
    java.util.Random random = new java.util.Random(20261123);
    java.util.List<String> lines = new java.util.ArrayList<>();
    TemplateFile.BUILT_IN.forEach(id -> TemplateFile.textOf(id).lines().forEach(lines::add));
    int good = 0;
    for (int i = 0; i < 10_000; i++) {
      StringBuilder file = new StringBuilder();
      if (i % 2 == 0) {
        String whole =
            TemplateFile.textOf(
                TemplateFile.BUILT_IN.get(random.nextInt(TemplateFile.BUILT_IN.size())));
        file.append(
            whole, 0, random.nextInt(4) == 0 ? random.nextInt(whole.length()) : whole.length());
      } else {
        for (int n = random.nextInt(30); n > 0; n--) {
          file.append(lines.get(random.nextInt(lines.size()))).append('\n');
        }
      }
      for (int n = random.nextInt(6); n > 0 && file.length() > 0; n--) {
        file.setCharAt(random.nextInt(file.length()), (char) (random.nextInt(100) + 28));
      }
      try {
        RegisterTemplate template = TemplateFile.parse(file.toString());
        new RegisterMap(template, new Installation("X", 25))
            .encode(io.energydongle.testkit.Snapshots.threePhase(0, 1).build());
        good++;
      } catch (TemplateException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
    assertThat(good).as("some of them are still good files").isPositive();
  }
}
