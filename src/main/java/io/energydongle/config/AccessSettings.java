// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Who may see and change what; section {@code access} of the settings.
 *
 * @param readingOpen live values can be read without a login.
 * @param https whether the page is also, or only, served over TLS.
 * @param passwordHash what a password is compared with; empty while the key of the sticker counts.
 */
public record AccessSettings(boolean readingOpen, Https https, Optional<Secret> passwordHash) {

  /** Whether the page is served over TLS. */
  public enum Https {
    OFF("off"),
    OPTIONAL("optional"),
    REQUIRED("required");

    private final String code;

    Https(String code) {
      this.code = code;
    }

    /** Name in the settings. */
    public String code() {
      return code;
    }
  }

  /** What a new device does. */
  public static final AccessSettings DEFAULT =
      new AccessSettings(true, Https.OPTIONAL, Optional.empty());

  private static final int HASH_BYTES = 4 + 16 + 32;

  /** The same with another password. */
  public AccessSettings withPasswordHash(Secret hash) {
    return new AccessSettings(readingOpen, https, Optional.of(hash));
  }

  void write(ObjectNode node, SecretForm form) {
    node.put("reading_open", readingOpen);
    node.put("https", https.code());
    form.put(node, "password_hash", passwordHash);
  }

  static AccessSettings read(Section section) {
    boolean readingOpen = section.flag("reading_open", DEFAULT.readingOpen);
    Https https = section.choice("https", DEFAULT.https, Https.values(), Https::code);
    Optional<Secret> hash = section.secret("password_hash", HASH_BYTES);
    section.refuseUnknownKeys();
    return new AccessSettings(readingOpen, https, hash);
  }
}
