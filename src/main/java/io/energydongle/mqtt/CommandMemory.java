// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last commands and what became of them, so that none is obeyed twice, not even after a
 * restart. Commands that change something are kept on the disk; those that only ask, or change for
 * a while only, are kept in memory, because no harm is done when they are obeyed again. Not thread
 * safe.
 */
final class CommandMemory {

  private static final Logger LOG = LoggerFactory.getLogger(CommandMemory.class);

  /** Number of commands of each sort that are remembered. */
  static final int COMMANDS_MAX = 64;

  private static final String FILE = "mqtt-commands.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Entry(String command, Instant at, ObjectNode result) {}

  private static final class Newest extends LinkedHashMap<String, Entry> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
      return size() > COMMANDS_MAX;
    }
  }

  private final Path file;
  private final Newest lasting = new Newest();
  private final Newest passing = new Newest();

  CommandMemory(Path stateDir) {
    file = stateDir.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    try {
      for (JsonNode each : JSON.readTree(Files.readAllBytes(file))) {
        if (each.path("result") instanceof ObjectNode result) {
          Instant at = instant(each.path("at").asLong());
          lasting.put(
              each.path("id").asText(), new Entry(each.path("command").asText(), at, result));
        }
      }
    } catch (IOException e) {
      LOG.error("{} cannot be read: {}", file, e.toString());
    }
  }

  /** An entry whose time is damaged still keeps its command from being obeyed again. */
  private static Instant instant(long second) {
    try {
      return Instant.ofEpochSecond(second);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  /** What became of the command that had this identifier; empty when it is new. */
  Optional<ObjectNode> result(String id) {
    return entry(id).map(Entry::result);
  }

  /** True when another command than this one had the identifier. */
  boolean isOfAnother(String id, String command) {
    return entry(id).filter(entry -> !entry.command().equals(command)).isPresent();
  }

  private Optional<Entry> entry(String id) {
    return Optional.ofNullable(lasting.getOrDefault(id, passing.get(id)));
  }

  /** How often a command was obeyed in the time before {@code now}. */
  long count(String command, Instant now, Duration time) {
    return lasting.values().stream()
        .filter(entry -> entry.command().equals(command))
        .filter(entry -> !entry.result().path("state").asText().equals("rejected"))
        .filter(entry -> Duration.between(entry.at(), now).abs().compareTo(time) < 0)
        .count();
  }

  /** Remembers a command that only asks, or whose effect is gone after a restart. */
  void keep(String id, String command, Instant at, ObjectNode result) {
    passing.put(id, new Entry(command, at, result));
  }

  /**
   * Remembers a command that changes something, on the disk too.
   *
   * @throws IOException when the disk does not take it; the command must not be obeyed then.
   */
  void save(String id, String command, Instant at, ObjectNode result) throws IOException {
    lasting.put(id, new Entry(command, at, result));
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    lasting.forEach(
        (key, entry) ->
            all.addObject()
                .put("id", key)
                .put("command", entry.command())
                .put("at", entry.at().getEpochSecond())
                .set("result", entry.result()));
    Files.createDirectories(file.toAbsolutePath().getParent());
    WholeFile.write(file, JSON.writeValueAsBytes(all));
  }
}
