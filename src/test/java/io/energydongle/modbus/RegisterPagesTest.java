// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.modbus.RegisterTemplate.Point;
import io.energydongle.modbus.RegisterTemplate.Text;
import io.energydongle.modbus.RegisterTemplate.Write;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The pages {@code docs/reference/registers-*.md} are made from the template files. {@code mvn test
 * -Dtest=RegisterPagesTest -Dregisters.write=true} writes them anew.
 */
class RegisterPagesTest {

  private static final Path FOLDER = Path.of("docs/reference");
  private static final boolean WRITES = Boolean.getBoolean("registers.write");

  static java.util.List<String> ids() {
    return TemplateFile.BUILT_IN;
  }

  private static void compare(Path page, String wanted) throws IOException {
    if (WRITES) {
      Files.writeString(page, wanted);
    }
    assertThat(page).as("made with -Dregisters.write=true").hasContent(wanted);
  }

  @ParameterizedTest
  @MethodSource("ids")
  void the_page_of_every_map_says_what_its_file_says(String id) throws IOException {
    compare(
        FOLDER.resolve("registers-" + id + ".md"), page(TemplateFile.builtIn(id).orElseThrow()));
  }

  @Test
  void the_list_of_maps_names_every_one() throws IOException {
    StringBuilder list =
        new StringBuilder(
            """
            # Register maps

            Made from the template files. Which one to choose: [how-to](../how-to/choose-a-map.md).
            A map of one's own: [template files](template-files.md).

            | id | meter | asked for by |
            |---|---|---|
            """);
    for (String id : TemplateFile.BUILT_IN) {
      RegisterTemplate.About about = TemplateFile.builtIn(id).orElseThrow().about();
      list.append(
          "| [%s](registers-%s.md) | %s | %s |\n"
              .formatted(id, id, about.title(), String.join(", ", about.fits())));
    }
    compare(FOLDER.resolve("registers.md"), list.toString());
  }

  private static String page(RegisterTemplate template) {
    RegisterTemplate.About about = template.about();
    StringBuilder page = new StringBuilder();
    page.append("# ").append(about.title()).append("\n\n");
    page.append("Map `").append(about.id()).append("`. ").append(about.help()).append("\n\n");
    page.append("| | |\n|---|---|\n");
    page.append("| asked for by | ").append(String.join(", ", about.fits())).append(" |\n");
    page.append("| word order | ").append(order(template)).append(" |\n");
    page.append("| can be read | ").append(windows(template)).append(" |\n");
    page.append("| between the values | ").append(word(template.fill())).append(" |\n");
    page.append("| source of the addresses | ").append(about.source()).append(" |\n\n");
    page.append(
        """
        Addresses are those on the wire, counted from 0. The register holds the value times the
        factor. What the meter does not send reads as the last column says; values without a name in
        code letters are sent by no P1 or TIC meter.

        | address | value | type | factor | not sent |
        |---|---|---|---|---|
        """);
    Map<Integer, String> rows = new TreeMap<>();
    for (Point point : template.points()) {
      rows.put(point.address(), row(template, point));
    }
    for (Text text : template.texts()) {
      rows.put(text.address(), row(text));
    }
    rows.values().forEach(page::append);
    for (Write write : template.writes()) {
      page.append("\nWriting ")
          .append(write.value())
          .append(" to ")
          .append(word(write.register()))
          .append(" is accepted and changes nothing.\n");
    }
    page.append("\nNotes on the values: [values of registers](../concepts/register-values.md).\n");
    return page.toString();
  }

  private static String order(RegisterTemplate template) {
    return template.wordOrder() == WordOrder.HIGH_FIRST
        ? "most significant register first"
        : "least significant register first";
  }

  private static String windows(RegisterTemplate template) {
    return template.windows().stream()
        .map(w -> word(w.from()) + " to " + word(w.to()))
        .collect(Collectors.joining(", "));
  }

  private static String word(int value) {
    return String.format("0x%04X", value);
  }

  private static String address(int address) {
    return word(address) + " (" + address + ")";
  }

  private static String row(RegisterTemplate template, Point point) {
    short[] registers = new short[point.type().registers()];
    point.type().write(point.type().absentBits(point.absent()), template.wordOrder(), registers, 0);
    StringBuilder absent = new StringBuilder();
    for (short register : registers) {
      absent.append(String.format("%04X ", register & RegisterTemplate.WORD_MAX));
    }
    boolean named = !point.name().isEmpty();
    return "| %s | %s | %s | %s | %s |\n"
        .formatted(
            address(point.address()),
            named ? point.name() : "`" + point.quantity().code() + "`",
            point.type().code(),
            named
                ? ""
                : new BigDecimal(Double.toString(point.scale()))
                    .stripTrailingZeros()
                    .toPlainString(),
            absent.toString().strip());
  }

  private static String row(Text text) {
    String content =
        text.serial()
            ? "serial number of the device"
            : text.words().stream()
                .map(w -> String.format("%04X", w))
                .collect(Collectors.joining(" "));
    String name = text.name().isEmpty() ? "fixed" : text.name();
    boolean readable = !text.serial() && text.words().size() > 2;
    return "| %s | %s | fixed | | %s |\n"
        .formatted(
            address(text.address()), name, readable ? "\"" + readable(text) + "\"" : content);
  }

  private static String readable(Text text) {
    byte[] bytes = new byte[2 * text.words().size()];
    for (int i = 0; i < text.words().size(); i++) {
      bytes[2 * i] = (byte) (text.words().get(i) >>> 8);
      bytes[2 * i + 1] = (byte) (int) text.words().get(i);
    }
    return new String(bytes, StandardCharsets.US_ASCII).replace("\0", "");
  }
}
