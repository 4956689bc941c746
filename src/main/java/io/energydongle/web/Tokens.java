// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.config.ApiToken;
import io.energydongle.config.ApiToken.Scope;
import io.energydongle.config.Secret;
import io.energydongle.config.Settings;
import io.energydongle.config.SettingsStore;
import io.energydongle.config.SettingsStore.NotSavedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Makes, knows and revokes API tokens. Shown once when made; kept as a hash.
 *
 * <p>Source: {@code platform.md} section 8, "API tokens separate, hashed, revocable, scope".
 */
final class Tokens {

  /** Lets people, and scanners for leaked secrets, see what it is. */
  private static final String PREFIX = "edt_";

  private static final int TOKEN_BYTES = 20;
  private static final int ID_BYTES = 4;

  private final SettingsStore settings;
  private final SecureRandom random = new SecureRandom();

  Tokens(SettingsStore settings) {
    this.settings = settings;
  }

  /**
   * A token that was just made.
   *
   * @param kept what is remembered of it.
   * @param text the token, which nobody can show again.
   */
  record Made(ApiToken kept, String text) {}

  List<ApiToken> all() {
    return settings.current().tokens();
  }

  /** Makes a token; there must be room for it. */
  Made make(String name, Scope scope, Instant now) throws NotSavedException {
    String text = PREFIX + hex(TOKEN_BYTES);
    ApiToken kept =
        new ApiToken(hex(ID_BYTES), name, scope, now.truncatedTo(ChronoUnit.SECONDS), hash(text));
    settings.change(
        s -> {
          List<ApiToken> tokens = new ArrayList<>(s.tokens());
          tokens.add(kept);
          return s.withTokens(tokens);
        });
    return new Made(kept, text);
  }

  /** Revokes a token; false when there is none with that id. */
  boolean revoke(String id) throws NotSavedException {
    Settings before = settings.current();
    settings.change(
        s -> s.withTokens(s.tokens().stream().filter(token -> !token.id().equals(id)).toList()));
    return before.tokens().size() != settings.current().tokens().size();
  }

  /** What a token allows; empty for one that is not known. */
  Optional<Scope> scopeOf(String text) {
    Secret hash = hash(text);
    Optional<Scope> found = Optional.empty();
    for (ApiToken token : all()) {
      if (token.hash().equals(hash)) {
        found = Optional.of(token.scope());
      }
    }
    return found;
  }

  private String hex(int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return HexFormat.of().formatHex(drawn);
  }

  private static Secret hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return Secret.ofHex(
          HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
