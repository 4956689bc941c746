// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import io.energydongle.config.Settings;
import io.energydongle.config.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The folder {@code update} in the state directory, where the gateway leaves for root what it asks
 * for, and for itself what it has to know after a restart.
 */
public final class UpdateFolder {

  /** Name of the folder. */
  static final String NAME = "update";

  /** Name of the file that root looks for. */
  static final String REQUEST = "request";

  /** Name of the release that waits for root. */
  static final String STAGED = "staged.edu";

  private static final int REASON_CHARS_MAX = 300;

  private final Path settings;
  private final Path dir;

  /** The folder in a state directory. */
  public UpdateFolder(Path stateDir) {
    settings = stateDir.resolve(Settings.FILE_NAME);
    dir = stateDir.resolve(NAME);
  }

  Path staged() {
    return dir.resolve(STAGED);
  }

  Path memory() {
    return dir.resolve("memory.json");
  }

  /** Asks root to install the release that waits. */
  void requestInstall(ReleaseHead head) throws IOException {
    request("install " + head.digest());
  }

  /** Tells root that the release on trial has proved itself. */
  void requestConfirm(Version version) throws IOException {
    request("confirm " + version);
  }

  /**
   * Asks root for the release before.
   *
   * @param from the release that is to go; when another one runs by then, nothing happens.
   */
  public void requestGoBack(Version from, String reason) throws IOException {
    String line = reason.replaceAll("\\s+", " ").strip();
    request("go-back " + from + " " + line.substring(0, Math.min(line.length(), REASON_CHARS_MAX)));
  }

  private void request(String line) throws IOException {
    Files.createDirectories(dir);
    WholeFile.write(dir.resolve(REQUEST), (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Keeps what the release before needs, and what the new one has to do as well. */
  void keepBefore(Set<Part> working) throws IOException {
    Files.createDirectories(dir);
    if (Files.exists(settings)) {
      WholeFile.write(kept(), Files.readAllBytes(settings));
    } else {
      Files.deleteIfExists(kept());
    }
    StringBuilder lines = new StringBuilder();
    working.forEach(part -> lines.append(part.name().toLowerCase(Locale.ROOT)).append('\n'));
    WholeFile.write(beforeFile(), lines.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** What worked before the update. */
  Set<Part> before() throws IOException {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    if (Files.exists(beforeFile())) {
      String all = Files.readString(beforeFile(), StandardCharsets.US_ASCII);
      for (Part part : Part.values()) {
        if (all.lines().anyMatch(part.name().toLowerCase(Locale.ROOT)::equals)) {
          parts.add(part);
        }
      }
    }
    return parts;
  }

  /**
   * Gives the release that runs again the settings that it had: the one that failed may have
   * changed their form. To be called before they are read.
   *
   * @param last what became of the last update; when that is known already, it is not the one that
   *     the settings were kept for.
   * @return true when they were put back.
   */
  public boolean putSettingsBack(Optional<ReleaseShelf.Result> last) throws IOException {
    boolean justFailed =
        last.filter(result -> result.state().equals("failed"))
            .filter(result -> !new UpdateMemory(memory()).isTold(result))
            .isPresent();
    if (!justFailed || !Files.exists(kept())) {
      return false;
    }
    boolean differ = !Files.exists(settings) || Files.mismatch(kept(), settings) >= 0;
    Files.move(kept(), settings, StandardCopyOption.ATOMIC_MOVE);
    return differ;
  }

  /** Forgets the settings that were kept: a factory reset stays one, whatever comes. */
  void forgetSettings() throws IOException {
    Files.deleteIfExists(kept());
  }

  /** Forgets what was kept for a return. */
  void forgetBefore() throws IOException {
    Files.deleteIfExists(kept());
    Files.deleteIfExists(beforeFile());
    Files.deleteIfExists(staged());
  }

  private Path kept() {
    return dir.resolve("settings-before.json");
  }

  private Path beforeFile() {
    return dir.resolve("before");
  }
}
