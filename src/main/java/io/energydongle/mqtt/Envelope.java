// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/**
 * What every command comes in. Source: {@code platform.md} 1.6.
 *
 * @param id chosen by the sender, 1..64 characters; the same id is never obeyed twice.
 * @param sentAt when it was sent, by the sender's clock.
 * @param expiresAt from when on it must not be obeyed.
 * @param nonce what the device gave out to confirm a command; empty for none.
 * @param args what the command needs; an object.
 * @param whole everything as it came, with a signature if there is one.
 */
record Envelope(
    String id, Instant sentAt, Instant expiresAt, String nonce, JsonNode args, JsonNode whole) {

  /** Longest command, bytes. */
  static final int BYTES_MAX = 16 * 1024;

  /** How far ahead a command may expire. */
  static final Duration AHEAD_MAX = Duration.ofMinutes(10);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A command that cannot be read; the message is a sentence. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String id;

    MalformedException(String id, String message) {
      super(message);
      this.id = id;
    }

    /** Its id as far as it could be read; may be empty. */
    String id() {
      return id;
    }
  }

  static Envelope read(byte[] payload) throws MalformedException {
    JsonNode root;
    try {
      root = JSON.readTree(payload);
    } catch (IOException e) {
      throw new MalformedException("", "must be one JSON object");
    }
    if (root == null || !root.isObject()) {
      throw new MalformedException("", "must be one JSON object");
    }
    String id = root.path("id").asText("");
    if (!root.path("id").isTextual() || !id.matches("[A-Za-z0-9._:-]{1,64}")) {
      throw new MalformedException(
          "", "id must be 1 to 64 letters, digits, dots, colons, low lines or hyphens");
    }
    JsonNode args = root.path("args");
    if (!args.isObject() && !args.isMissingNode()) {
      throw new MalformedException(id, "args must be an object");
    }
    String nonce = root.path("nonce").asText("");
    return new Envelope(
        id,
        instant(root, id, "ts"),
        instant(root, id, "exp"),
        nonce,
        args.isObject() ? args : JsonNodeFactory.instance.objectNode(),
        root);
  }

  private static Instant instant(JsonNode root, String id, String key) throws MalformedException {
    try {
      return Instant.parse(root.path(key).asText(""));
    } catch (DateTimeException e) {
      throw new MalformedException(id, key + " must be a time in UTC such as 2026-01-15T10:22:41Z");
    }
  }
}
