// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ghgande.j2mod.modbus.procimg.Register;
import io.energydongle.modbus.RegisterTemplate.Window;
import io.energydongle.modbus.TemplateFile.TemplateException;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Phase;
import io.energydongle.testkit.Snapshots;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any text as a template file: it becomes a map within the bounds of Modbus that takes any reading,
 * or every problem is told, with no line that the file does not have.
 */
class TemplateFileFuzzTest {

  private static final Pattern LINE = Pattern.compile("(?:^|; )line ([0-9]{1,9}): ");
  private static final int REGISTERS_MAX = 65_536;
  private static final Installation HERE = new Installation("EDTEST23", 25);

  @DictionaryEntries({
    "{ address = ",
    ", quantity = \"power_w\"",
    ", type = \"f32\"",
    ", type = \"s64\"",
    ", scale = -0.1",
    ", absent = \"nan\"",
    ", constant = ",
    ", text = \"{serial}\"",
    ", registers = ",
    ", packing = \"one\"",
    "{ from = 0, to = 65535 }",
    "{ register = ",
    "stale = \"hold\"",
    "hold_s = ",
    "telegram_age_ms",
    "word_order = \"low-first\"",
    "0xFFFF"
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void a_file_becomes_a_map_of_any_reading_or_every_problem_is_told(byte[] bytes) {
    String toml = new String(bytes, StandardCharsets.UTF_8);
    RegisterTemplate template;
    try {
      template = TemplateFile.parse(toml);
    } catch (TemplateException e) {
      checkProblems(String.valueOf(e.getMessage()), toml);
      return;
    }
    check(template.id().matches("[a-z0-9-]{1,64}"), "an id that is no file name");
    checkWindows(template.windows());
    RegisterMap map = new RegisterMap(template, HERE);
    for (MeterSnapshot reading : readings(bytes)) {
      readEverything(map, map.encode(reading));
    }
    readEverything(map, map.unavailable(0));
    readEverything(map, map.zeros(0));
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static void checkProblems(String message, String toml) {
    check(!message.isBlank(), "refused without a reason");
    long lines = 1 + toml.chars().filter(c -> c == '\n').count();
    Matcher named = LINE.matcher(message);
    while (named.find()) {
      long line = Long.parseLong(named.group(1));
      check(line >= 1 && line <= lines, "line " + line + " of " + lines + ": " + message);
    }
  }

  private static void checkWindows(List<Window> windows) {
    boolean[] taken = new boolean[REGISTERS_MAX];
    check(!windows.isEmpty(), "nothing can be read");
    for (Window window : windows) {
      check(window.from() >= 0 && window.to() < REGISTERS_MAX, "beyond the addresses of Modbus");
      check(window.from() <= window.to(), "an empty window");
      for (int at = window.from(); at <= window.to(); at++) {
        check(!taken[at], "two windows have one register");
        taken[at] = true;
      }
    }
  }

  private static void readEverything(RegisterMap map, RegisterImage image) {
    RegisterImage now = image.at(Long.MAX_VALUE);
    for (Window window : map.template().windows()) {
      Register[] all = now.range(window.from(), window.size());
      check(all.length == window.size(), "a range of another length");
      for (Register each : all) {
        check(each.getValue() >= 0 && each.getValue() <= 0xFFFF, "no register");
      }
    }
  }

  /** Without values, with usual ones, and with any of the size that the types allow. */
  private static List<MeterSnapshot> readings(byte[] bytes) {
    Random random = new Random(bytes.length);
    MeterSnapshot.Builder any = Snapshots.empty(0);
    any.powerMilliWatt(
        OptionalLong.of(random.nextLong() >>> 1 >>> random.nextInt(60)),
        OptionalLong.of(random.nextLong() >>> 1 >>> random.nextInt(60)));
    any.phases(
        List.of(
            Snapshots.phase(random.nextInt(), random.nextInt(), random.nextLong()),
            new Phase(OptionalInt.empty(), OptionalInt.of(Integer.MAX_VALUE), OptionalLong.empty()),
            Snapshots.phase(0, Integer.MIN_VALUE, Long.MIN_VALUE)));
    any.energy(Snapshots.energy(random.nextInt() & 0xFFFF, 0), Snapshots.energy(0, 1));
    return List.of(
        Snapshots.empty(0).build(), Snapshots.threePhase(0, random.nextInt()).build(), any.build());
  }

  static Stream<byte[]> seeds() {
    Stream<String> own =
        Stream.of(
            "",
            """
            id = "mine"
            title = "Mine"
            word_order = "low-first"
            windows = [{ from = 0x10, to = 0x1F }, { from = 0x100, to = 0x1FF }]
            points = [{ address = 0x10, quantity = "power_w", type = "f32" }]
            """,
            """
            id = "twice"
            title = "Windows that overlap"
            word_order = "high-first"
            windows = [{ from = 0, to = 9 }, { from = 5, to = 20 }]
            """,
            """
            id = "a"
            title = "A"
            word_order = "high-first"
            fill = 0xFFFF
            stale = "hold"
            hold_s = 60
            windows = [{ from = 0, to = 65535 }]
            points = [
              { address = 0, text = "{serial}", registers = 8 },
              { address = 9, constant = 7, type = "u16", name = "model" },
              { address = 10, quantity = "telegram_age_ms", type = "u32" },
              { address = 12, quantity = "power_w", type = "s64", scale = -0.001 },
              { address = 16, quantity = "voltage_l1_v", type = "f32", absent = "nan" },
            ]
            writes = [{ register = 9, value = 7 }]
            """);
    // Short ones: what is long is changed less often where it matters.
    Stream<String> builtIn =
        Stream.of("empro", "smartstuff", "sunspec-203", "em330-em340").map(TemplateFile::textOf);
    return Stream.concat(own, builtIn).map(text -> text.getBytes(StandardCharsets.UTF_8));
  }
}
