// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import io.energydongle.identity.IdentityException;
import io.energydongle.identity.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The public keys of those whose releases are installed: the one in use, and one in reserve for the
 * day on which the first is lost or stolen. They are in the JAR, which belongs to root.
 *
 * <p>Source: {@code platform.md} 1.7, point 1.
 */
public final class UpdateKeys {

  /** SHA-256 of the public key that the tests sign with; everybody has its private key. */
  static final String TEST_KEY = "051235c3d576bb57c1b71021e97d6a56b1d6e7e0a77ee8745660573f02a23900";

  private static final List<String> NAMES = List.of("active.pem", "reserve.pem");

  private final List<PublicKey> keys;

  private UpdateKeys(List<PublicKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * The keys of this build.
   *
   * @throws IllegalStateException when one of them is missing, damaged or that of the tests.
   */
  public static UpdateKeys ofBuild() {
    List<String> texts = new ArrayList<>();
    for (String name : NAMES) {
      try (InputStream in = UpdateKeys.class.getResourceAsStream("/update-keys/" + name)) {
        if (in == null) {
          throw new IllegalStateException(
              "this build has no update key " + name + "; see docs/how-to/release.md");
        }
        texts.add(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return production(texts);
  }

  /** Keys in PEM, none of which may be that of the tests. */
  static UpdateKeys production(List<String> pem) {
    List<PublicKey> keys = new ArrayList<>();
    for (String text : pem) {
      try {
        PublicKey key = Pem.publicKey(text);
        if (fingerprint(key).equals(TEST_KEY)) {
          throw new IllegalStateException(
              "an update key of this build is that of the tests, whose private key everybody has;"
                  + " make keys with ./release keys");
        }
        keys.add(key);
      } catch (IdentityException e) {
        throw new IllegalStateException("an update key of this build " + e.getMessage(), e);
      }
    }
    return of(keys);
  }

  /** Any keys. */
  static UpdateKeys of(List<PublicKey> keys) {
    return new UpdateKeys(keys);
  }

  static String fingerprint(PublicKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether one of the keys has signed this; Ed25519 as in RFC 8032, over the bytes themselves. */
  boolean haveSigned(byte[] message, byte[] signature) {
    return keys.stream().anyMatch(key -> hasSigned(key, message, signature));
  }

  private static boolean hasSigned(PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(message);
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      // Not even the form of a signature.
      return false;
    }
  }
}
