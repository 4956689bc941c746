// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads a configuration file into a tree; one that cannot be read is a problem and no tree. */
final class ConfigFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private static final long BYTES_MAX = 1024 * 1024;

  private ConfigFile() {}

  static JsonNode toml(Path file, List<ConfigProblem> problems) {
    return read(file, new TomlMapper(), "TOML", problems);
  }

  static JsonNode json(Path file, List<ConfigProblem> problems) {
    return read(file, JSON, "JSON", problems);
  }

  private static JsonNode read(
      Path file, ObjectMapper mapper, String format, List<ConfigProblem> problems) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        add(problems, file, "is larger than 1 MB; this is no configuration file");
        return MissingNode.getInstance();
      }
      JsonNode tree = mapper.readTree(Files.readAllBytes(file));
      if (tree.isMissingNode() || tree.isNull()) {
        add(problems, file, "is empty; remove it, or write at least {} into it");
        return MissingNode.getInstance();
      }
      return tree;
    } catch (JsonProcessingException e) {
      // Its message may quote a piece of the file, and with it a secret.
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      add(problems, file, "is not valid " + format + where);
    } catch (NoSuchFileException e) {
      add(problems, file, "does not exist");
    } catch (IOException e) {
      add(problems, file, "cannot be read: " + e);
    }
    return MissingNode.getInstance();
  }

  private static void add(List<ConfigProblem> problems, Path file, String message) {
    problems.add(new ConfigProblem(file.toString(), message));
  }
}
