// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.config.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Password hashes: PBKDF2 with HMAC-SHA-256, four bytes of rounds, sixteen of salt, thirty-two of
 * hash. One at a time, so that guessing cannot take the processor from the meter.
 *
 * <p>Source: {@code platform.md} section 8, "Password".
 */
final class Passwords {

  private static final int ROUNDS = 210_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Passwords() {}

  /** A hash to keep. */
  static Secret hash(String password) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    byte[] hash = derive(password, salt, ROUNDS);
    ByteBuffer kept = ByteBuffer.allocate(Integer.BYTES + SALT_BYTES + HASH_BYTES);
    kept.putInt(ROUNDS).put(salt).put(hash);
    return Secret.ofHex(HexFormat.of().formatHex(kept.array()));
  }

  /** True when the password gives that hash. */
  static boolean matches(String password, Secret kept) {
    ByteBuffer parts = ByteBuffer.wrap(kept.reveal());
    int rounds = parts.getInt();
    byte[] salt = new byte[SALT_BYTES];
    byte[] hash = new byte[HASH_BYTES];
    parts.get(salt).get(hash);
    return MessageDigest.isEqual(hash, derive(password, salt, rounds));
  }

  private static synchronized byte[] derive(String password, byte[] salt, int rounds) {
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(new PBEKeySpec(password.toCharArray(), salt, rounds, 8 * HASH_BYTES))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", e);
    }
  }
}
