// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.config.WholeFile;
import io.energydongle.modbus.TemplateFile.TemplateException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All register templates: those in the JAR, and those that the user has brought, which lie in the
 * state directory and go with a factory reset. Thread safe.
 */
public final class TemplateShelf {

  private static final Logger LOG = LoggerFactory.getLogger(TemplateShelf.class);

  /** Templates that a user can bring. */
  public static final int OWN_MAX = 20;

  private static final String DIRECTORY = "templates";
  private static final String ENDING = ".toml";

  private final Path dir;
  private final Map<String, RegisterTemplate> own = new TreeMap<>();

  /** The shelf of a state directory; a file there that cannot be used is left alone and logged. */
  public TemplateShelf(Path stateDir) {
    dir = stateDir.resolve(DIRECTORY);
    if (!Files.isDirectory(dir)) {
      return;
    }
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.filter(f -> f.toString().endsWith(ENDING)).sorted().toList()) {
        load(file);
      }
    } catch (IOException e) {
      LOG.error("own templates cannot be read: {}", e.toString());
    }
  }

  private void load(Path file) {
    try {
      if (own.size() >= OWN_MAX || Files.size(file) > 4L * TemplateReader.LENGTH_MAX) {
        LOG.error("{} is left out: too many or too large", file);
        return;
      }
      RegisterTemplate template = TemplateFile.parse(Files.readString(file));
      if (!file.getFileName().toString().equals(template.id() + ENDING)) {
        LOG.error("{} is left out: its id is {}", file, template.id());
      } else {
        own.put(template.id(), template);
      }
    } catch (CharacterCodingException e) {
      LOG.error("{} is left out: it is no text in UTF-8", file);
    } catch (IOException | TemplateException e) {
      LOG.error("{} is left out: {}", file, e.getMessage());
    }
  }

  /** The template with that id; empty when there is none. */
  public synchronized Optional<RegisterTemplate> find(String id) {
    RegisterTemplate found = own.get(id);
    return found == null ? TemplateFile.builtIn(id) : Optional.of(found);
  }

  /** Ids, the default first, those of the user last. */
  public synchronized List<String> ids() {
    List<String> ids = new ArrayList<>(TemplateFile.BUILT_IN);
    ids.addAll(own.keySet());
    return ids;
  }

  /** All of them, in the order of {@link #ids()}. */
  public synchronized List<RegisterTemplate> all() {
    return ids().stream().map(id -> find(id).orElseThrow()).toList();
  }

  /** True for a template that the user has brought. */
  public synchronized boolean isOwn(String id) {
    return own.containsKey(id);
  }

  /** The file of a template; empty when there is none. */
  public synchronized Optional<String> textOf(String id) throws IOException {
    if (own.containsKey(id)) {
      return Optional.of(Files.readString(dir.resolve(id + ENDING)));
    }
    return TemplateFile.BUILT_IN.contains(id)
        ? Optional.of(TemplateFile.textOf(id))
        : Optional.empty();
  }

  /**
   * Takes a template of the user, in the place of one with the same id.
   *
   * @throws TemplateException with every problem of it; nothing is changed.
   * @throws IOException when the disk does not take it; nothing is changed.
   */
  public synchronized RegisterTemplate put(String toml) throws TemplateException, IOException {
    RegisterTemplate template = TemplateFile.parse(toml);
    if (TemplateFile.BUILT_IN.contains(template.id())) {
      throw new TemplateException(
          "id must be another than that of a map of the device, is \"" + template.id() + "\"");
    }
    if (!own.containsKey(template.id()) && own.size() >= OWN_MAX) {
      throw new TemplateException("there are " + OWN_MAX + " own maps already; delete one first");
    }
    Files.createDirectories(dir);
    WholeFile.write(dir.resolve(template.id() + ENDING), toml.getBytes(StandardCharsets.UTF_8));
    own.put(template.id(), template);
    return template;
  }

  /** Deletes a template of the user; false when there is none with that id. */
  public synchronized boolean delete(String id) throws IOException {
    if (!own.containsKey(id)) {
      return false;
    }
    Files.deleteIfExists(dir.resolve(id + ENDING));
    own.remove(id);
    return true;
  }

  /** Deletes all templates of the user. */
  public synchronized void clear() throws IOException {
    for (String id : List.copyOf(own.keySet())) {
      delete(id);
    }
  }
}
