// SPDX-License-Identifier: Apache-2.0
package io.energydongle.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys in PEM, the form in which authorities and tools hand them out.
 *
 * <p>Source: RFC 7468; {@code platform.md} section 2, "Reading PEM".
 */
public final class Pem {

  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]*-----END CERTIFICATE-----");
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
  private static final Pattern PUBLIC_KEY =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]*)-----END PUBLIC KEY-----");
  private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  private static final int LINE = 64;

  private Pem() {}

  /**
   * The certificates of a text, in their order.
   *
   * @return at least one.
   * @throws IdentityException when there is none, or one that is damaged.
   */
  public static List<X509Certificate> certificates(String text) throws IdentityException {
    StringBuilder blocks = new StringBuilder();
    Matcher block = CERTIFICATE.matcher(text);
    while (block.find()) {
      blocks.append(block.group()).append('\n');
    }
    if (blocks.length() == 0) {
      throw new IdentityException(
          "must hold a certificate in PEM, which begins with -----BEGIN CERTIFICATE-----");
    }
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> certificates = new ArrayList<>();
      byte[] bytes = blocks.toString().getBytes(StandardCharsets.US_ASCII);
      for (Certificate each : factory.generateCertificates(new ByteArrayInputStream(bytes))) {
        certificates.add((X509Certificate) each);
      }
      return certificates;
    } catch (CertificateException e) {
      throw new IdentityException("holds a certificate that is damaged; copy the file as a whole");
    }
  }

  /**
   * The private key of a text, which must be PKCS#8 and not encrypted.
   *
   * @throws IdentityException with the command that changes another form into this one.
   */
  public static PrivateKey privateKey(String text) throws IdentityException {
    Matcher key = KEY.matcher(text);
    if (!key.find()) {
      Matcher other = OTHER_KEY.matcher(text);
      throw new IdentityException(
          other.find()
              ? "must be a key in PKCS#8 without a password, is "
                  + other.group(1)
                  + "; change it with: openssl pkcs8 -topk8 -nocrypt -in old.key -out new.key"
              : "must hold a private key in PEM, which begins with -----BEGIN PRIVATE KEY-----");
    }
    PKCS8EncodedKeySpec spec;
    try {
      spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
    } catch (IllegalArgumentException e) {
      throw new IdentityException("holds a key that is damaged; copy the file as a whole");
    }
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        // Not this kind; the next one may fit.
      }
    }
    throw new IdentityException("must be an EC, RSA or Ed25519 key, and whole");
  }

  /**
   * The Ed25519 public key of a text.
   *
   * @throws IdentityException when there is none.
   */
  public static PublicKey publicKey(String text) throws IdentityException {
    Matcher key = PUBLIC_KEY.matcher(text);
    if (key.find()) {
      try {
        byte[] bytes = Base64.getMimeDecoder().decode(key.group(1));
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(bytes));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        // Damaged, or of another kind.
      }
    }
    throw new IdentityException(
        "must hold an Ed25519 public key in PEM; make a pair with: openssl genpkey -algorithm"
            + " ed25519 -out command.key; openssl pkey -in command.key -pubout -out command.pub");
  }

  /** Bytes as PEM under a label such as {@code PRIVATE KEY}. */
  public static String text(String label, byte[] bytes) {
    String lines =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  /** A certificate as PEM. */
  public static String text(X509Certificate certificate) throws IdentityException {
    try {
      return text("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IdentityException("the certificate cannot be written (" + e + ")");
    }
  }
}
