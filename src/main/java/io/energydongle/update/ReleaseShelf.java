// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the releases, {@code /opt/energy-dongle}, as everybody may read it. It is written
 * by root: releases by {@link Installer}, everything else by {@code systemd/select}.
 */
public final class ReleaseShelf {

  private static final Logger LOG = LoggerFactory.getLogger(ReleaseShelf.class);

  private static final long FILE_BYTES_MAX = 4096;

  /**
   * What became of the last update, as {@code select} wrote it down.
   *
   * @param state {@code trying}, {@code installed}, {@code failed}, {@code refused}, {@code
   *     interrupted} or {@code went-back}.
   * @param version that it is about; empty when not known.
   * @param code reason in kebab-case; may be empty.
   * @param sentence for people; may be empty.
   */
  public record Result(String state, String version, String code, String sentence, Instant at) {}

  private final Path dir;

  /** The folder of the releases. */
  public ReleaseShelf(Path dir) {
    this.dir = dir;
  }

  /** Where releases lie. */
  Path releases() {
    return dir.resolve("releases");
  }

  /** Where root keeps what it knows. */
  Path state() {
    return dir.resolve("update");
  }

  /** True when that version is what runs from here. */
  public boolean isInUse(String version) {
    return current().map(Version::toString).equals(Optional.of(version));
  }

  /** The release in use. */
  Optional<Version> current() {
    return linked("current");
  }

  /** The release that "go back" leads to. */
  public Optional<Version> previous() {
    return pending()
        .map(words -> words[1])
        .or(() -> linked("previous").map(Version::toString))
        .flatMap(Version::parse)
        .filter(version -> Files.exists(releases().resolve(version + "/energy-dongle.jar")))
        .filter(version -> !Optional.of(version).equals(current()));
  }

  private Optional<Version> linked(String name) {
    try {
      Path target = Files.readSymbolicLink(dir.resolve(name)).getFileName();
      return Version.parse(String.valueOf(target));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The release on trial; empty when there is none. */
  public Optional<Version> onTrial() {
    return pending()
        .flatMap(words -> Version.parse(words[0]))
        .filter(version -> Optional.of(version).equals(current()));
  }

  /** Version, version before, security epoch, keep or forget, number of starts. */
  private Optional<String[]> pending() {
    return read("pending").map(line -> line.strip().split(" ", -1)).filter(w -> w.length == 5);
  }

  /** Highest security epoch that was ever in use here; 0 when none is written down. */
  public int securityEpoch() {
    String digits = read("epoch").map(String::strip).orElse("0");
    return digits.matches("[0-9]{1,7}") ? Integer.parseInt(digits) : 0;
  }

  /** What became of the last update. */
  public Optional<Result> result() {
    return read("result").flatMap(ReleaseShelf::result);
  }

  private static Optional<Result> result(String text) {
    Map<String, String> lines = new HashMap<>();
    text.lines()
        .forEach(
            line -> {
              int at = line.indexOf('=');
              if (at > 0) {
                lines.put(line.substring(0, at), line.substring(at + 1));
              }
            });
    String at = lines.getOrDefault("at", "");
    if (!lines.containsKey("state") || !at.matches("[0-9]{1,11}")) {
      return Optional.empty();
    }
    return Optional.of(
        new Result(
            lines.getOrDefault("state", ""),
            lines.getOrDefault("version", ""),
            lines.getOrDefault("code", ""),
            lines.getOrDefault("message", ""),
            Instant.ofEpochSecond(Long.parseLong(at))));
  }

  private Optional<String> read(String name) {
    Path file = state().resolve(name);
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        return Optional.empty();
      }
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (java.nio.file.NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.error("{} cannot be read: {}", file, e.toString());
      return Optional.empty();
    }
  }
}
