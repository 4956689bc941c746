// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a release says about itself, signed. Keys that are not known here are left alone: a later
 * release may say more.
 *
 * <p>Source: {@code platform.md} 1.7, point 1; {@code docs/reference/update.md}.
 *
 * @param product that it is for.
 * @param version of the release.
 * @param minFrom oldest version that can be updated to this one.
 * @param boards names of boards that it runs on.
 * @param java oldest Java that it runs on, such as 17.
 * @param sizeBytes length of the archive.
 * @param sha256 of the archive, in lower-case hexadecimal digits.
 * @param url where the archive is when it does not follow the manifest; may be relative to the
 *     manifest.
 * @param securityEpoch raised when older releases must never be installed again; 1 at first.
 * @param notBefore when devices may begin to fetch it by themselves.
 */
public record Manifest(
    String product,
    Version version,
    Version minFrom,
    List<String> boards,
    int java,
    long sizeBytes,
    String sha256,
    String url,
    int securityEpoch,
    Instant notBefore) {

  /** The one product of this program. */
  public static final String PRODUCT = "energy-dongle";

  private static final int TEXT_LENGTH_MAX = 1024;
  private static final int BOARDS_MAX = 32;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public Manifest {
    boards = List.copyOf(boards);
  }

  /** Reads a manifest whose signature is good, so that what is wrong with it is a mistake. */
  static Manifest parse(byte[] json) throws Refusal {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (IOException e) {
      // Also what Jackson takes for another encoding and finds no characters in.
      throw malformed("is not one JSON object");
    }
    if (root == null || !root.isObject()) {
      throw malformed("is not one JSON object");
    }
    String sha256 = text(root, "sha256");
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw malformed("has sha256 " + root.get("sha256") + ", expected 64 hexadecimal digits");
    }
    return new Manifest(
        text(root, "product"),
        version(root, "version"),
        version(root, "min_from"),
        boards(root.path("board")),
        (int) number(root, "java", 1_000),
        number(root, "size", 1L << 40),
        sha256,
        text(root, "url"),
        (int) number(root, "security_epoch", 1_000_000),
        instant(root));
  }

  private static Refusal malformed(String what) {
    return new Refusal(
        "malformed-manifest",
        "The manifest " + what + ". The release was made wrongly; tell who made it.");
  }

  private static String text(JsonNode root, String key) throws Refusal {
    JsonNode value = root.path(key);
    if (!value.isTextual() || value.textValue().length() > TEXT_LENGTH_MAX) {
      throw malformed("has no text \"" + key + "\"");
    }
    return value.textValue();
  }

  private static Version version(JsonNode root, String key) throws Refusal {
    String text = text(root, key);
    return Version.parse(text)
        .orElseThrow(
            () -> malformed("has " + key + " \"" + text + "\", expected a version such as 1.4.0"));
  }

  private static List<String> boards(JsonNode list) throws Refusal {
    List<String> boards = new ArrayList<>();
    for (JsonNode each : list) {
      boards.add(each.asText());
    }
    if (!list.isArray() || boards.isEmpty() || boards.size() > BOARDS_MAX) {
      throw malformed("has no list \"board\" with the names of boards");
    }
    return boards;
  }

  private static long number(JsonNode root, String key, long most) throws Refusal {
    JsonNode value = root.path(key);
    if (!value.isIntegralNumber() || value.longValue() < 0 || value.longValue() > most) {
      throw malformed("has no whole number \"" + key + "\" of 0 to " + most);
    }
    return value.longValue();
  }

  private static Instant instant(JsonNode root) throws Refusal {
    String text = text(root, "not_before");
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw malformed(
          "has not_before \"" + text + "\", expected a time such as 2026-01-15T10:00:00Z");
    }
  }
}
