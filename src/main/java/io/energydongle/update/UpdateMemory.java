// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway itself remembers of updates: what it refused before root ever saw it, what the
 * feed offers, and which releases have failed here, so that none of them is tried again every
 * night. Losing it costs nothing but that.
 */
final class UpdateMemory {

  private static final Logger LOG = LoggerFactory.getLogger(UpdateMemory.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FAILED_MAX = 16;

  private final Path file;
  private Optional<ReleaseShelf.Result> refused = Optional.empty();
  private Optional<String> available = Optional.empty();
  private Optional<Instant> checkedAt = Optional.empty();
  private String told = "";
  private final List<String> failed = new ArrayList<>();

  UpdateMemory(Path file) {
    this.file = file;
    try {
      if (Files.exists(file)) {
        read(JSON.readTree(Files.readAllBytes(file)));
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} cannot be read and is begun anew: {}", file, e.toString());
    }
  }

  private void read(JsonNode root) {
    JsonNode last = root.path("refused");
    if (last.isObject()) {
      refused =
          Optional.of(
              new ReleaseShelf.Result(
                  "refused",
                  last.path("version").asText(),
                  last.path("code").asText(),
                  last.path("message").asText(),
                  Instant.parse(last.path("at").asText())));
    }
    available = Optional.of(root.path("available").asText("")).filter(text -> !text.isEmpty());
    checkedAt = instant(root, "checked_at");
    told = root.path("told").asText("");
    root.path("failed").forEach(version -> failed.add(version.asText()));
  }

  private static Optional<Instant> instant(JsonNode root, String key) {
    return root.path(key).isTextual()
        ? Optional.of(Instant.parse(root.path(key).textValue()))
        : Optional.empty();
  }

  synchronized Optional<ReleaseShelf.Result> refused() {
    return refused;
  }

  /** Version that the feed offers. */
  synchronized Optional<String> available() {
    return available;
  }

  /** When the feed was asked last. */
  synchronized Optional<Instant> checkedAt() {
    return checkedAt;
  }

  synchronized boolean hasFailed(Version version) {
    return failed.contains(version.toString());
  }

  /** True once for each result of root, and from then on never again for that one. */
  synchronized boolean isNews(ReleaseShelf.Result result) {
    if (isTold(result)) {
      return false;
    }
    told = name(result);
    if (result.state().equals("failed") && !failed.contains(result.version())) {
      failed.add(result.version());
      if (failed.size() > FAILED_MAX) {
        failed.remove(0);
      }
    }
    save();
    return true;
  }

  /** Whether this is what was told last. */
  synchronized boolean isTold(ReleaseShelf.Result result) {
    return told.equals(name(result));
  }

  private static String name(ReleaseShelf.Result result) {
    return result.state() + " " + result.version() + " " + result.at().getEpochSecond();
  }

  synchronized void refused(ReleaseShelf.Result result) {
    refused = Optional.of(result);
    save();
  }

  synchronized void checked(Instant at, Optional<Version> offered) {
    checkedAt = Optional.of(at);
    available = offered.map(Version::toString);
    save();
  }

  private void save() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    refused.ifPresent(
        last ->
            root.putObject("refused")
                .put("version", last.version())
                .put("code", last.code())
                .put("message", last.sentence())
                .put("at", last.at().toString()));
    available.ifPresent(version -> root.put("available", version));
    checkedAt.ifPresent(at -> root.put("checked_at", at.toString()));
    root.put("told", told);
    ArrayNode list = root.putArray("failed");
    failed.forEach(list::add);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      WholeFile.write(file, JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      LOG.error("{} cannot be saved: {}", file, e.toString());
    }
  }
}
