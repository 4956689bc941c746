// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the settings: one immutable value for everybody, and one file that is whole at every
 * moment. A change is written to a new file, forced to the disk and renamed; the file before it
 * stays as the last good one. A file that cannot be read is set aside, never overwritten, and the
 * last good one takes its place, because a device that does not start helps nobody.
 *
 * <p>Thread safe. Listeners are told on the thread that makes the change.
 */
public final class SettingsStore {

  private static final Logger LOG = LoggerFactory.getLogger(SettingsStore.class);

  private static final String LAST_GOOD = "settings.last-good.json";
  private static final String SET_ASIDE = "settings.unreadable.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The disk did not take the change; nothing was changed. */
  public static final class NotSavedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotSavedException(Path file, IOException cause) {
      super(
          "the settings could not be saved to "
              + file
              + " ("
              + cause
              + "); the earlier ones stay in force. Check that the disk is neither full nor"
              + " read-only",
          cause);
    }
  }

  private final Path stateDir;
  private final Path file;
  private final List<Consumer<Settings>> listeners = new CopyOnWriteArrayList<>();
  private volatile Optional<String> warning;
  private final Function<Settings, List<ConfigProblem>> check;
  private volatile Settings current;

  private SettingsStore(
      Path stateDir,
      Settings current,
      Optional<String> warning,
      Function<Settings, List<ConfigProblem>> check) {
    this.stateDir = stateDir;
    this.file = stateDir.resolve(Settings.FILE_NAME);
    this.current = current;
    this.warning = warning;
    this.check = check;
  }

  /**
   * Opens the settings of a state directory, whatever state it is in.
   *
   * @param check finds what only other parts of the program can find, such as an unknown template.
   *     It holds changes back; settings that were saved stay in force whatever it finds, because a
   *     register map that is gone is no reason to lose password and broker.
   */
  public static SettingsStore open(Path stateDir, Function<Settings, List<ConfigProblem>> check) {
    Path file = stateDir.resolve(Settings.FILE_NAME);
    try {
      return new SettingsStore(stateDir, Settings.load(stateDir), Optional.empty(), check).logged();
    } catch (ConfigException e) {
      e.problems().forEach(problem -> LOG.error("{}: {}", file, problem));
    }
    Path lastGood = stateDir.resolve(LAST_GOOD);
    Settings settings = Settings.DEFAULT;
    String instead = "the settings of a new device are in force";
    try {
      if (Files.exists(lastGood)) {
        settings = Settings.loadFile(lastGood);
        instead = "the last good settings are in force";
      }
    } catch (ConfigException e) {
      e.problems().forEach(problem -> LOG.error("{}: {}", lastGood, problem));
    }
    String warning = "The settings could not be read; " + instead + ".";
    try {
      Files.move(file, stateDir.resolve(SET_ASIDE), StandardCopyOption.REPLACE_EXISTING);
      warning += " The unreadable file is kept as " + SET_ASIDE + ".";
    } catch (IOException e) {
      LOG.error("cannot set {} aside: {}", file, e.toString());
    }
    LOG.warn("{}", warning);
    return new SettingsStore(stateDir, settings, Optional.of(warning), check).logged();
  }

  private SettingsStore logged() {
    check.apply(current).forEach(problem -> LOG.error("{}: {}", file, problem));
    return this;
  }

  /** True while nothing was ever saved: the device is new, or was reset. */
  public boolean isNew() {
    return current.equals(Settings.DEFAULT) && !Files.exists(file);
  }

  /** True unless there was a file at the start that could not be read. */
  public boolean isRead() {
    return warning.isEmpty();
  }

  /** The settings in force. */
  public Settings current() {
    return current;
  }

  /** A sentence when the file could not be read at the start, or holds what cannot be used now. */
  public Optional<String> warning() {
    return warning.or(
        () ->
            check.apply(current).stream()
                .map(problem -> "Settings: " + problem + ".")
                .reduce((one, other) -> one + " " + other));
  }

  /** Tells {@code listener} of every change from now on. */
  public void addListener(Consumer<Settings> listener) {
    listeners.add(listener);
  }

  /**
   * Replaces one section; keys that it leaves out get their defaults. A secret that is left out, or
   * given as {@code {"set":true}}, stays as it is; an empty text removes it.
   *
   * @param name one of {@link Settings#SECTIONS}.
   * @throws ConfigException with every problem of the section; nothing was changed.
   * @throws NotSavedException when the disk did not take it; nothing was changed.
   */
  public synchronized void replace(String name, JsonNode section)
      throws ConfigException, NotSavedException {
    save(with(Map.of(name, section)));
  }

  /**
   * What the settings would be after {@link #restore}; nothing is changed.
   *
   * @throws ConfigException with every problem of the sections.
   */
  public synchronized Settings tryOut(Map<String, JsonNode> sections) throws ConfigException {
    return with(sections);
  }

  /**
   * Replaces all sections that a backup names; the others, and all secrets, stay as they are.
   *
   * @param sections section by name, each of them one of {@link Settings#SECTIONS}.
   * @throws ConfigException with every problem of the backup; nothing was changed.
   * @throws NotSavedException when the disk did not take it; nothing was changed.
   */
  public synchronized void restore(Map<String, JsonNode> sections)
      throws ConfigException, NotSavedException {
    save(with(sections));
  }

  /**
   * Back to the settings of a new device; the files are removed.
   *
   * @throws NotSavedException when the disk did not take it.
   */
  public synchronized void reset() throws NotSavedException {
    try {
      for (String name : List.of(LAST_GOOD, SET_ASIDE, Settings.FILE_NAME)) {
        Files.deleteIfExists(stateDir.resolve(name));
      }
    } catch (IOException e) {
      throw new NotSavedException(file, e);
    }
    warning = Optional.empty();
    current = Settings.DEFAULT;
    listeners.forEach(listener -> listener.accept(current));
  }

  /** Changes the settings by a function; for changes that the program itself makes. */
  public synchronized void change(Function<Settings, Settings> change) throws NotSavedException {
    save(change.apply(current));
  }

  private Settings with(Map<String, JsonNode> sections) throws ConfigException {
    ObjectNode root = current.toJson(SecretForm.PLAIN);
    sections.forEach(
        (name, section) ->
            root.set(name, withSecretsOf((ObjectNode) root.path(name), name, section)));
    List<ConfigProblem> problems = new ArrayList<>();
    Settings changed = Settings.read(root, problems);
    if (problems.isEmpty()) {
      check.apply(changed).stream()
          .filter(problem -> sections.keySet().stream().anyMatch(problem::isOf))
          .forEach(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return changed;
  }

  private JsonNode withSecretsOf(ObjectNode before, String name, JsonNode section) {
    if (!section.isObject()) {
      return section;
    }
    ObjectNode merged = section.deepCopy();
    JsonNode hidden = current.toJson(SecretForm.HIDDEN).path(name);
    for (Map.Entry<String, JsonNode> field : hidden.properties()) {
      boolean secret = field.getValue().isObject();
      JsonNode given = merged.path(field.getKey());
      if (secret && (given.isMissingNode() || given.isObject())) {
        merged.remove(field.getKey());
        if (before.has(field.getKey())) {
          merged.set(field.getKey(), before.get(field.getKey()));
        }
      }
    }
    return merged;
  }

  private void save(Settings changed) throws NotSavedException {
    if (changed.equals(current)) {
      return;
    }
    try {
      Files.createDirectories(stateDir);
      if (Files.exists(file)) {
        WholeFile.write(stateDir.resolve(LAST_GOOD), Files.readAllBytes(file));
      }
      WholeFile.write(
          file,
          JSON.writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(changed.toJson(SecretForm.PLAIN)));
    } catch (IOException e) {
      LOG.error("settings not saved: {}", e.toString());
      throw new NotSavedException(file, e);
    }
    current = changed;
    listeners.forEach(listener -> listener.accept(changed));
  }
}
