// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.energydongle.modbus.RegisterTemplate.Point;
import io.energydongle.modbus.RegisterTemplate.Window;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads register templates from TOML: those in the JAR, and any other text. */
public final class TemplateFile {

  /** Ids of the templates in the JAR, the default first. */
  public static final List<String> BUILT_IN = List.of("empro", "empro-genuine");

  private static final TomlMapper MAPPER =
      TomlMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final Map<String, RegisterTemplate> READ = new ConcurrentHashMap<>();

  private TemplateFile() {}

  /** A template that cannot be used; the message names every problem. */
  public static final class TemplateException extends Exception {
    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
      super(message);
    }
  }

  /** The template in the JAR with that id; empty when there is none. */
  public static Optional<RegisterTemplate> builtIn(String id) {
    return BUILT_IN.contains(id)
        ? Optional.of(READ.computeIfAbsent(id, TemplateFile::readBuiltIn))
        : Optional.empty();
  }

  private static RegisterTemplate readBuiltIn(String id) {
    String resource = "/templates/" + id + ".toml";
    try (InputStream in = TemplateFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the JAR lacks " + resource);
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException(
          "the JAR holds a broken " + resource + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the text of a template file.
   *
   * @throws TemplateException with every problem of it.
   */
  public static RegisterTemplate parse(String toml) throws TemplateException {
    FileForm form;
    try {
      form = MAPPER.readValue(toml, FileForm.class);
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw new TemplateException(where + e.getOriginalMessage());
    }
    List<String> problems = new ArrayList<>();
    RegisterTemplate template = form.toTemplate(problems);
    problems.addAll(template.problems());
    if (!problems.isEmpty()) {
      throw new TemplateException(String.join("; ", problems));
    }
    return template;
  }

  /** The file as it is written, before its words are understood. */
  private record FileForm(
      @Nullable String id,
      @Nullable String title,
      @Nullable String help,
      @JsonProperty("word_order") @Nullable String wordOrder,
      @Nullable List<WindowForm> windows,
      @Nullable List<PointForm> points) {

    RegisterTemplate toTemplate(List<String> problems) {
      List<Window> readWindows = new ArrayList<>();
      for (WindowForm window : windows == null ? List.<WindowForm>of() : windows) {
        readWindows.add(new Window(window.from, window.to));
      }
      List<Point> readPoints = new ArrayList<>();
      for (PointForm point : points == null ? List.<PointForm>of() : points) {
        Optional<Quantity> quantity =
            word("quantity", point.quantity, Quantity.values(), Quantity::code, problems);
        Optional<RegisterType> type =
            word("type", point.type, RegisterType.values(), RegisterType::code, problems);
        if (quantity.isPresent() && type.isPresent()) {
          readPoints.add(new Point(point.address, quantity.get(), type.get()));
        }
      }
      WordOrder order =
          word("word_order", wordOrder, WordOrder.values(), WordOrder::code, problems)
              .orElse(WordOrder.HIGH_FIRST);
      return new RegisterTemplate(
          orEmpty(id), orEmpty(title), orEmpty(help), order, readWindows, readPoints);
    }

    private static String orEmpty(@Nullable String text) {
      return text == null ? "" : text;
    }

    private static <E extends Enum<E>> Optional<E> word(
        String key,
        @Nullable String word,
        E[] all,
        Function<E, String> code,
        List<String> problems) {
      Optional<E> found = Arrays.stream(all).filter(e -> code.apply(e).equals(word)).findFirst();
      if (found.isEmpty()) {
        String words = Arrays.stream(all).map(code).collect(Collectors.joining(", "));
        problems.add(key + " must be one of " + words + ", is " + word);
      }
      return found;
    }
  }

  private record WindowForm(int from, int to) {}

  private record PointForm(int address, @Nullable String quantity, @Nullable String type) {}
}
