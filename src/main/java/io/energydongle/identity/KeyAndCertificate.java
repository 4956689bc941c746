// SPDX-License-Identifier: Apache-2.0
package io.energydongle.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;

/**
 * A private key and the certificates that vouch for it.
 *
 * @param key never leaves the device; shown by no method of this type.
 * @param chain the certificate of the key first, then those of its authorities.
 */
public record KeyAndCertificate(PrivateKey key, List<X509Certificate> chain) {

  private static final int RSA_BITS_MIN = 2048;

  public KeyAndCertificate {
    chain = List.copyOf(chain);
  }

  /** The certificate of the key. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /**
   * A key and its certificates that were handed in.
   *
   * @throws IdentityException when they do not belong together.
   */
  public static KeyAndCertificate matching(PrivateKey key, List<X509Certificate> chain)
      throws IdentityException {
    PublicKey open = chain.get(0).getPublicKey();
    if (open instanceof java.security.interfaces.RSAKey rsa
        && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
      throw new IdentityException("must have an RSA key of at least 2048 bits");
    }
    try {
      Signature signature = Signature.getInstance(algorithm(key));
      byte[] message = new byte[32];
      new SecureRandom().nextBytes(message);
      signature.initSign(key);
      signature.update(message);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(message);
      if (signature.verify(signed)) {
        return new KeyAndCertificate(key, chain);
      }
    } catch (GeneralSecurityException e) {
      // Keys of different kinds: as little a pair as keys that do not fit.
    }
    throw new IdentityException("must be the certificate of this key; they do not belong together");
  }

  private static String algorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> "Ed25519";
    };
  }

  /** SHA-256 of the certificate, as browsers show it: pairs of hexadecimal digits with colons. */
  public String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "key of " + certificate().getSubjectX500Principal();
  }
}
