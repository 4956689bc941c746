// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.identity.Pem;
import io.energydongle.identity.SelfMade;
import io.energydongle.testkit.Scratch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any text, or any bytes in the form of PEM, as what the user brings: certificates, a private key,
 * a command key. They are read, or refused with a sentence; and whoever brings a certificate
 * without its key gets no pair.
 *
 * <p>An input begins with a byte: the rest as it is, or as certificate, private key, public key.
 */
class CertificateFuzzTest {

  private static final List<String> LABELS =
      List.of("", "CERTIFICATE", "PRIVATE KEY", "PUBLIC KEY");
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final KeyAndCertificate OWN = own("own");
  private static final KeyAndCertificate OTHER = own("other");

  private static KeyAndCertificate own(String name) {
    try {
      Path dir = Scratch.folder();
      return SelfMade.in(dir.resolve("store"), List.of(name));
    } catch (IdentityException e) {
      throw new AssertionError(e);
    }
  }

  @DictionaryEntries({
    "-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE-----",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "-----BEGIN PUBLIC KEY-----",
    "-----END PUBLIC KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----",
    "===="
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void what_is_brought_is_read_or_refused_with_a_sentence(byte[] bytes) {
    String label = LABELS.get(bytes.length == 0 ? 0 : (bytes[0] & 0xFF) % LABELS.size());
    byte[] rest = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
    String text =
        label.isEmpty() ? new String(rest, StandardCharsets.UTF_8) : Pem.text(label, rest);
    certificates(text);
    privateKey(text);
    try {
      PublicKey key = Pem.publicKey(text);
      check(key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519"), "" + key);
    } catch (IdentityException e) {
      checkSentence(e);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static void checkSentence(IdentityException e) {
    check(String.valueOf(e.getMessage()).length() > 10, "refused without a reason");
  }

  private static void certificates(String text) {
    try {
      List<X509Certificate> chain = Pem.certificates(text);
      check(!chain.isEmpty(), "no certificate, and no refusal");
      KeyAndCertificate pair = KeyAndCertificate.matching(OWN.key(), chain);
      check(pair.fingerprint().length() == 95, pair.fingerprint());
      check(
          chain.get(0).getPublicKey().equals(OWN.certificate().getPublicKey()),
          "a pair of a foreign certificate");
      Https.check(pair, NOW);
    } catch (IdentityException e) {
      checkSentence(e);
    }
  }

  private static void privateKey(String text) {
    PrivateKey key;
    try {
      key = Pem.privateKey(text);
    } catch (IdentityException e) {
      checkSentence(e);
      return;
    }
    try {
      KeyAndCertificate.matching(key, OTHER.chain());
      check(Arrays.equals(key.getEncoded(), OTHER.key().getEncoded()), "a pair of a foreign key");
    } catch (IdentityException e) {
      checkSentence(e);
    }
  }

  static Stream<byte[]> seeds() throws GeneralSecurityException, IdentityException {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(1024);
    KeyPairGenerator ed = KeyPairGenerator.getInstance("Ed25519");
    String both = Pem.text("PRIVATE KEY", OWN.key().getEncoded()) + Pem.text(OWN.certificate());
    return Stream.of(
        input(0, both.getBytes(StandardCharsets.UTF_8)),
        input(0, (Pem.text(OTHER.certificate()) + both).getBytes(StandardCharsets.UTF_8)),
        input(
            0,
            "-----BEGIN CERTIFICATE----------END CERTIFICATE-----"
                .getBytes(StandardCharsets.UTF_8)),
        input(1, OWN.certificate().getEncoded()),
        input(1, new byte[0]),
        input(2, OWN.key().getEncoded()),
        input(2, rsa.generateKeyPair().getPrivate().getEncoded()),
        input(2, ed.generateKeyPair().getPrivate().getEncoded()),
        input(3, ed.generateKeyPair().getPublic().getEncoded()),
        input(0, new byte[0]));
  }

  private static byte[] input(int form, byte[] rest) {
    byte[] all = new byte[1 + rest.length];
    all[0] = (byte) form;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
