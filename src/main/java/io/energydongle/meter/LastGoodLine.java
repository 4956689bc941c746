// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.LineSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers over restarts with which line setting telegrams came last. Only a shortcut: without it
 * the search takes longer, so a fault here is logged and forgotten.
 */
public final class LastGoodLine {

  private static final Logger LOG = LoggerFactory.getLogger(LastGoodLine.class);
  private static final String FILE_NAME = "meter-line";

  private final Path file;
  private Optional<LineSetting> saved = Optional.empty();

  /** Remembers in a file of the state directory. */
  public LastGoodLine(Path stateDir) {
    file = stateDir.resolve(FILE_NAME);
  }

  /** The setting of last time; empty when none is known. */
  Optional<LineSetting> load() {
    try {
      String code = Files.readString(file).trim();
      saved = Arrays.stream(LineSetting.values()).filter(l -> l.code().equals(code)).findFirst();
    } catch (IOException e) {
      saved = Optional.empty();
    }
    return saved;
  }

  /** Writes the setting, when it is another one than last time. */
  void save(LineSetting line) {
    if (saved.equals(Optional.of(line))) {
      return;
    }
    saved = Optional.of(line);
    Path temporary = file.resolveSibling(FILE_NAME + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(temporary, line.code() + "\n");
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("cannot remember the line setting in {}: {}", file, e.toString());
    }
  }
}
