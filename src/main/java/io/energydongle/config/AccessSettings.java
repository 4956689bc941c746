// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Who may see and change what; section {@code access} of the settings.
 *
 * @param readingOpen live values can be read without a login.
 * @param passwordHash what a password is compared with; empty while the key of the sticker counts.
 */
public record AccessSettings(boolean readingOpen, Optional<Secret> passwordHash) {

  /** What a new device does. */
  public static final AccessSettings DEFAULT = new AccessSettings(true, Optional.empty());

  private static final int HASH_BYTES = 4 + 16 + 32;

  void write(ObjectNode node, SecretForm form) {
    node.put("reading_open", readingOpen);
    form.put(node, "password_hash", passwordHash);
  }

  static AccessSettings read(Section section) {
    boolean readingOpen = section.flag("reading_open", DEFAULT.readingOpen);
    Optional<Secret> hash = section.secret("password_hash", HASH_BYTES);
    section.refuseUnknownKeys();
    return new AccessSettings(readingOpen, hash);
  }
}
