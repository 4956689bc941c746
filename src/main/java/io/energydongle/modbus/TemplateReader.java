// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.energydongle.config.ModbusSettings.StalePolicy;
import io.energydongle.modbus.RegisterTemplate.About;
import io.energydongle.modbus.RegisterTemplate.Point;
import io.energydongle.modbus.RegisterTemplate.Text;
import io.energydongle.modbus.RegisterTemplate.Window;
import io.energydongle.modbus.RegisterTemplate.Write;
import io.energydongle.modbus.TemplateFile.TemplateException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads one template file, and finds all that is wrong with it, each with its line. Used once. */
final class TemplateReader {

  /** Longest file, characters. */
  static final int LENGTH_MAX = 64 * 1024;

  private static final int POINTS_MAX = 1_000;
  private static final int WINDOWS_MAX = 64;
  private static final int LIST_MAX = 32;
  private static final int TEXT_LENGTH_MAX = 400;
  private static final int REGISTERS_MAX = 64;
  private static final int HOLD_SECONDS_MAX = 86_400;
  private static final double SCALE_MAX = 1e9;
  private static final String SERIAL = "{serial}";

  private static final TomlMapper MAPPER = TomlMapper.builder().build();

  private static final Set<String> KEYS =
      Set.of(
          "id",
          "title",
          "help",
          "source",
          "fits",
          "word_order",
          "absent",
          "fill",
          "stale",
          "hold_s",
          "windows",
          "points",
          "writes");
  private static final Set<String> VALUE_KEYS =
      Set.of("address", "quantity", "type", "scale", "absent", "name");
  private static final Set<String> CONSTANT_KEYS = Set.of("address", "constant", "type", "name");
  private static final Set<String> TEXT_KEYS =
      Set.of("address", "text", "registers", "packing", "name");

  /** What hides an equals sign that is none: texts in quotes and remarks. */
  private static final Pattern NO_KEY =
      Pattern.compile("\"(?:[^\"\\\\\\n]|\\\\.)*+\"|'[^'\\n]*+'|#[^\\n]*+");

  private final String toml;
  private final String bare;
  private final List<String> problems = new ArrayList<>();

  /** Line of each thing that was read. */
  private final IdentityHashMap<Object, Integer> lines = new IdentityHashMap<>();

  private WordOrder order = WordOrder.HIGH_FIRST;
  private Absent absent = Absent.ZERO;

  TemplateReader(String toml) {
    this.toml = toml;
    this.bare = toml.length() > LENGTH_MAX ? "" : blanked(toml);
  }

  /** The file with texts and remarks replaced by as many spaces. */
  private static String blanked(String toml) {
    Matcher hidden = NO_KEY.matcher(toml);
    StringBuilder bare = new StringBuilder(toml);
    while (hidden.find()) {
      for (int i = hidden.start(); i < hidden.end(); i++) {
        bare.setCharAt(i, ' ');
      }
    }
    return bare.toString();
  }

  RegisterTemplate read() throws TemplateException {
    if (toml.length() > LENGTH_MAX) {
      throw new TemplateException("must not be longer than " + LENGTH_MAX + " characters");
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(toml);
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw new TemplateException(where + e.getOriginalMessage());
    } catch (RuntimeException e) {
      throw new TemplateException("is no TOML (" + e.getMessage() + ")");
    }
    RegisterTemplate template = template(root);
    template.checkPlaces((what, sentence) -> problem(lines.getOrDefault(what, 0), sentence));
    if (!problems.isEmpty()) {
      throw new TemplateException(String.join("; ", problems));
    }
    return template.withJoinedWindows();
  }

  private void problem(int line, String sentence) {
    problems.add(line > 0 ? "line " + line + ": " + sentence : sentence);
  }

  private int lineOf(String key) {
    Matcher matcher = Pattern.compile("(?m)^\\s*" + Pattern.quote(key) + "\\s*=").matcher(bare);
    return matcher.find() ? lineAt(matcher.end()) : 0;
  }

  private int lineAt(int place) {
    return 1 + (int) bare.substring(0, place).chars().filter(c -> c == '\n').count();
  }

  /** Lines of the elements of a list, told by a key that each of them has once. */
  private Iterator<Integer> linesOf(String key) {
    List<Integer> found = new ArrayList<>();
    Matcher matcher = Pattern.compile("(?<![\\w-])" + key + "\\s*=").matcher(bare);
    while (matcher.find()) {
      found.add(lineAt(matcher.end()));
    }
    return found.iterator();
  }

  private RegisterTemplate template(JsonNode root) {
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (!KEYS.contains(field.getKey())) {
        problem(
            lineOf(field.getKey()),
            "there is no key "
                + field.getKey()
                + "; there are "
                + KEYS.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
    About about =
        new About(
            text(root, "id"),
            text(root, "title"),
            text(root, "help"),
            text(root, "source"),
            texts(root, "fits"));
    if (!about.id().matches("[a-z0-9][a-z0-9-]{0,63}")) {
      problem(
          lineOf("id"),
          "id must be 1..64 lower-case letters, digits and hyphens, is \"" + about.id() + "\"");
    }
    if (about.title().isBlank()) {
      problem(lineOf("title"), "title must be one line that says what this is");
    }
    int at = lineOf("word_order");
    order = word(at, "word_order", root, WordOrder.values(), WordOrder::code, order);
    if (root.has("absent")) {
      absent = word(lineOf("absent"), "absent", root, Absent.values(), Absent::code, absent);
    }
    int fill = number(lineOf("fill"), "fill", root, 0, 0, RegisterTemplate.WORD_MAX);
    return new RegisterTemplate(
        about, order, fill, stale(root), windows(root), points(root), fixed(root), writes(root));
  }

  private Optional<StaleRule> stale(JsonNode root) {
    int hold = number(lineOf("hold_s"), "hold_s", root, 0, 0, HOLD_SECONDS_MAX);
    if (!root.has("stale")) {
      if (root.has("hold_s")) {
        problem(lineOf("hold_s"), "hold_s needs stale = \"hold\"");
      }
      return Optional.empty();
    }
    StalePolicy policy =
        word(
            lineOf("stale"),
            "stale",
            root,
            StalePolicy.values(),
            StalePolicy::code,
            StalePolicy.EXCEPTION);
    if (root.has("hold_s") && policy != StalePolicy.HOLD) {
      problem(lineOf("hold_s"), "hold_s needs stale = \"hold\"");
    }
    return Optional.of(new StaleRule(policy, hold));
  }

  private List<Window> windows(JsonNode root) {
    List<Window> windows = new ArrayList<>();
    Iterator<Integer> places = linesOf("from");
    for (JsonNode each : list(root, "windows", WINDOWS_MAX)) {
      int line = each.has("from") && places.hasNext() ? places.next() : 0;
      known(line, each, Set.of("from", "to"));
      Window window =
          new Window(
              number(line, "from", each, -1, -1, Integer.MAX_VALUE),
              number(line, "to", each, -1, -1, Integer.MAX_VALUE));
      lines.put(window, line);
      windows.add(window);
    }
    if (windows.isEmpty()) {
      problem(lineOf("windows"), "windows must name at least one range of addresses");
    }
    return windows;
  }

  private List<Point> points(JsonNode root) {
    List<Point> points = new ArrayList<>();
    Iterator<Integer> places = linesOf("address");
    for (JsonNode each : list(root, "points", POINTS_MAX)) {
      int line = each.has("address") && places.hasNext() ? places.next() : 0;
      lines.put(each, line);
      if (each.has("constant") || each.has("text")) {
        continue;
      }
      known(line, each, VALUE_KEYS);
      int address = address(line, each);
      int before = problems.size();
      Quantity quantity =
          word(line, "quantity", each, Quantity.values(), Quantity::code, Quantity.NOT_SENT);
      RegisterType type =
          word(line, "type", each, RegisterType.values(), RegisterType::code, RegisterType.U16);
      double scale = scale(line, each);
      Absent own =
          each.has("absent")
              ? word(line, "absent", each, Absent.values(), Absent::code, absent)
              : absent;
      if (!each.has("absent") && !type.allows(own)) {
        own = Absent.ZERO;
      }
      if (!type.allows(own)) {
        problem(line, "absent = \"" + own.code() + "\" does not fit type " + type.code());
      }
      if (problems.size() == before && address >= 0) {
        Point point = new Point(address, quantity, type, scale, own, each.path("name").asText(""));
        lines.put(point, line);
        points.add(point);
      }
    }
    return points;
  }

  private double scale(int line, JsonNode each) {
    JsonNode scale = each.path("scale");
    if (scale.isMissingNode()) {
      return 1;
    }
    double value = scale.isNumber() ? scale.doubleValue() : Double.NaN;
    if (!(Math.abs(value) >= 1 / SCALE_MAX && Math.abs(value) <= SCALE_MAX)) {
      problem(line, "scale must be a number from 1e-9 to 1e9 or their negatives, is " + scale);
      return 1;
    }
    return value;
  }

  private List<Text> fixed(JsonNode root) {
    List<Text> texts = new ArrayList<>();
    for (JsonNode each : root.path("points")) {
      int line = lines.getOrDefault(each, 0);
      if (!each.isObject() || !(each.has("constant") || each.has("text"))) {
        continue;
      }
      int address = address(line, each);
      List<Integer> words = each.has("text") ? packed(line, each) : constant(line, each);
      if (address >= 0 && !words.isEmpty()) {
        Text text =
            new Text(
                address,
                words,
                each.path("text").asText().equals(SERIAL),
                each.path("name").asText(""));
        lines.put(text, line);
        texts.add(text);
      }
    }
    return texts;
  }

  private List<Integer> constant(int line, JsonNode each) {
    known(line, each, CONSTANT_KEYS);
    RegisterType type =
        word(line, "type", each, RegisterType.values(), RegisterType::code, RegisterType.U16);
    JsonNode value = each.path("constant");
    if (!value.isNumber()) {
      problem(line, "constant must be a number, is " + value);
      return List.of();
    }
    double number = value.doubleValue();
    long bits = type.bits(number, Absent.ZERO);
    if (!type.isFloat() && (number != Math.rint(number) || !fits(type, number))) {
      problem(line, "constant " + value + " does not fit type " + type.code());
    }
    short[] registers = new short[type.registers()];
    type.write(bits, order, registers, 0);
    List<Integer> words = new ArrayList<>();
    for (short register : registers) {
      words.add(register & RegisterTemplate.WORD_MAX);
    }
    return words;
  }

  private static boolean fits(RegisterType type, double number) {
    long bits = type.bits(number, Absent.ZERO);
    return type == RegisterType.U64 || type == RegisterType.S64 || (double) bits == number;
  }

  private List<Integer> packed(int line, JsonNode each) {
    known(line, each, TEXT_KEYS);
    String text = each.path("text").asText("");
    if (!each.has("registers")) {
      problem(line, "registers must say how many registers the text fills");
      return List.of();
    }
    int registers = number(line, "registers", each, 0, 1, REGISTERS_MAX);
    String packing = each.path("packing").asText("two");
    if (!packing.equals("one") && !packing.equals("two")) {
      problem(line, "packing must be \"two\" or \"one\" characters a register, is " + packing);
    }
    if (packing.equals("one") && text.equals(SERIAL)) {
      problem(line, "packing must be \"two\" for the serial number");
    }
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
      problem(line, "text must be ASCII, is \"" + text + "\"");
      return List.of();
    }
    int perRegister = packing.equals("one") ? 1 : 2;
    if (!text.equals(SERIAL) && text.length() > registers * perRegister) {
      problem(line, "text \"" + text + "\" is longer than " + registers + " registers");
      return List.of();
    }
    return words(text.equals(SERIAL) ? "" : text, registers, perRegister);
  }

  /** Characters in registers, the first in the high byte, zeros behind. */
  static List<Integer> words(String text, int registers, int perRegister) {
    List<Integer> words = new ArrayList<>();
    for (int i = 0; i < registers; i++) {
      int first = i * perRegister;
      int high = first < text.length() ? text.charAt(first) : 0;
      int low = perRegister == 2 && first + 1 < text.length() ? text.charAt(first + 1) : 0;
      words.add(perRegister == 1 ? high : high << 8 | low);
    }
    return words;
  }

  private List<Write> writes(JsonNode root) {
    List<Write> writes = new ArrayList<>();
    Iterator<Integer> places = linesOf("register");
    for (JsonNode each : list(root, "writes", LIST_MAX)) {
      int line = each.has("register") && places.hasNext() ? places.next() : 0;
      known(line, each, Set.of("register", "value"));
      Write write =
          new Write(
              number(line, "register", each, 0, 0, RegisterTemplate.ADDRESS_MAX),
              number(line, "value", each, 0, 0, RegisterTemplate.WORD_MAX));
      lines.put(write, line);
      writes.add(write);
    }
    return writes;
  }

  private int address(int line, JsonNode each) {
    if (!each.path("address").canConvertToInt() || !each.path("address").isIntegralNumber()) {
      problem(line, "address must be a number such as 0x8006, is " + each.path("address"));
      return -1;
    }
    int address = each.path("address").intValue();
    if (address < 0 || address > RegisterTemplate.ADDRESS_MAX) {
      problem(line, "address must be 0x0000..0xFFFF, is " + address);
      return -1;
    }
    return address;
  }

  private void known(int line, JsonNode each, Set<String> keys) {
    if (!each.isObject()) {
      problem(line, "must be a table in braces, is " + each);
      return;
    }
    for (Map.Entry<String, JsonNode> field : each.properties()) {
      if (!keys.contains(field.getKey())) {
        problem(
            line,
            "there is no key "
                + field.getKey()
                + " here; there are "
                + keys.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
  }

  private Iterable<JsonNode> list(JsonNode root, String key, int most) {
    JsonNode list = root.path(key);
    if (!list.isMissingNode() && !list.isArray()) {
      problem(lineOf(key), key + " must be a list in brackets");
      return List.of();
    }
    if (list.size() > most) {
      problem(lineOf(key), key + " must not have more than " + most + " entries");
      return List.of();
    }
    return list;
  }

  private String text(JsonNode root, String key) {
    JsonNode value = root.path(key);
    if (value.isMissingNode()) {
      return "";
    }
    String text = value.asText("");
    boolean good =
        value.isTextual()
            && text.length() <= TEXT_LENGTH_MAX
            && text.chars().noneMatch(Character::isISOControl);
    if (!good) {
      problem(lineOf(key), key + " must be a text of one line, at most " + TEXT_LENGTH_MAX);
    }
    return good ? text : "";
  }

  private List<String> texts(JsonNode root, String key) {
    List<String> found = new ArrayList<>();
    for (JsonNode each : list(root, key, LIST_MAX)) {
      if (each.isTextual() && each.asText().length() <= TEXT_LENGTH_MAX) {
        found.add(each.asText());
      } else {
        problem(lineOf(key), key + " must be a list of short texts");
      }
    }
    return found;
  }

  private int number(int line, String key, JsonNode node, int otherwise, int least, int most) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    boolean good =
        value.isIntegralNumber()
            && value.canConvertToInt()
            && value.intValue() >= least
            && value.intValue() <= most;
    if (!good) {
      problem(line, key + " must be a whole number " + least + ".." + most + ", is " + value);
    }
    return good ? value.intValue() : otherwise;
  }

  private <E extends Enum<E>> E word(
      int line, String key, JsonNode node, E[] all, Function<E, String> code, E otherwise) {
    String word = node.path(key).asText("");
    Optional<E> found = Arrays.stream(all).filter(e -> code.apply(e).equals(word)).findFirst();
    if (found.isEmpty()) {
      String words = Arrays.stream(all).map(code).collect(Collectors.joining(", "));
      problem(line, key + " must be one of " + words + ", is " + node.path(key));
    }
    return found.orElse(otherwise);
  }
}
