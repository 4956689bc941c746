// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets a program use the HTTP API. The token itself is kept nowhere; it is a random number, so one
 * round of SHA-256 hides it as well as many would.
 *
 * @param id names the token where it is listed and revoked; eight hexadecimal digits.
 * @param name what the user calls it, 1..40 characters.
 * @param scope what it allows.
 * @param created when it was made.
 * @param hash SHA-256 of the token, 32 bytes.
 */
public record ApiToken(String id, String name, Scope scope, Instant created, Secret hash) {

  /** At most so many exist at a time. */
  public static final int TOKENS_MAX = 16;

  /** Longest name. */
  public static final int NAME_LENGTH_MAX = 40;

  private static final int HASH_BYTES = 32;

  /** What a token allows. */
  public enum Scope {
    /** Readings, history and state. */
    READ("read"),
    /** Everything but passwords, tokens and certificates. */
    CONFIG("config");

    private final String code;

    Scope(String code) {
      this.code = code;
    }

    /** Name in the settings. */
    public String code() {
      return code;
    }
  }

  void write(ObjectNode node) {
    node.put("id", id);
    node.put("name", name);
    node.put("scope", scope.code());
    node.put("created", created.toString());
    SecretForm.PLAIN.put(node, "hash", Optional.of(hash));
  }

  /** Those of a list that can be read; what is wrong with the others is a problem. */
  static List<ApiToken> readAll(List<Section> sections) {
    List<ApiToken> tokens = new ArrayList<>();
    for (Section section : sections) {
      String id = section.text("id", "");
      if (!id.matches("[0-9a-f]{8}")) {
        section.wrong("id", "must be eight hexadecimal digits, is \"" + id + "\"");
      }
      String name = section.line("name", "", NAME_LENGTH_MAX);
      Scope scope = section.choice("scope", Scope.READ, Scope.values(), Scope::code);
      Instant created = Instant.EPOCH;
      String time = section.text("created", "");
      try {
        created = Instant.parse(time);
      } catch (DateTimeParseException e) {
        section.wrong("created", "must be a time such as 2026-01-15T10:22:41Z, is " + time);
      }
      Optional<Secret> hash = section.secret("hash", HASH_BYTES);
      section.refuseUnknownKeys();
      if (hash.isPresent()) {
        tokens.add(new ApiToken(id, name, scope, created, hash.get()));
      }
    }
    return tokens;
  }
}
