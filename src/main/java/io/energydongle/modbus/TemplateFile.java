// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Reads register templates from TOML: those in the JAR, and any other text. */
public final class TemplateFile {

  /** Ids of the templates in the JAR, the default first. */
  public static final List<String> BUILT_IN =
      List.of(
          "empro",
          "empro-genuine",
          "eem-em3xx",
          "sdm630",
          "em24-ethernet",
          "em24-rs485",
          "em330-em340",
          "abb-b23-b24",
          "iem3155",
          "pac2200",
          "7kt1665",
          "umg96rm",
          "umg604",
          "tq-em300",
          "socomec-countis",
          "sunspec-203",
          "sunspec-213",
          "fronius-213",
          "inepro-pro380",
          "dtsu666",
          "smartstuff",
          "energy-dongle");

  private static final Map<String, RegisterTemplate> READ = new ConcurrentHashMap<>();

  private TemplateFile() {}

  /** A template that cannot be used; the message names every problem, a line for each. */
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
    try {
      return parse(textOf(id));
    } catch (TemplateException e) {
      throw new IllegalStateException("the JAR holds a broken " + id + ": " + e.getMessage(), e);
    }
  }

  /** The text of a template in the JAR, as an example for own ones. */
  public static String textOf(String id) {
    String resource = "/templates/" + id + ".toml";
    try (InputStream in = TemplateFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the JAR lacks " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the text of a template file.
   *
   * @throws TemplateException with every problem of it.
   */
  public static RegisterTemplate parse(String toml) throws TemplateException {
    return new TemplateReader(toml).read();
  }
}
