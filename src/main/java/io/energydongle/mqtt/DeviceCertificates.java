// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.identity.CommonName;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.identity.Pem;
import io.energydongle.identity.SelfMade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The certificate that the device shows to brokers, and its renewal: the device makes a key and a
 * request, an authority signs, the certificate is checked and waits, and takes the place of the old
 * one when a broker has accepted it. Keys never leave the device. Thread safe.
 *
 * <p>Source: {@code platform.md} section 2, "Rotation".
 */
public final class DeviceCertificates {

  /** Key and certificates that were renewed and accepted; stands before the two files below. */
  private static final String RENEWED = "renewed.pem";

  /** Key and certificates that no broker has accepted yet. */
  private static final String WAITING = "waiting.pem";

  private static final String REQUEST_KEY = "request.key";
  private static final String REQUEST = "request.csr";

  private static final String FOR_CLIENTS = "1.3.6.1.5.5.7.3.2";
  private static final String FOR_EVERYTHING = "2.5.29.37.0";

  private final IdentityFolder made;
  private final IdentityFolder folder;

  /**
   * Certificates of a device.
   *
   * @param made what was made with the device; may be read-only.
   * @param folder where renewals are kept.
   */
  DeviceCertificates(IdentityFolder made, IdentityFolder folder) {
    this.made = made;
    this.folder = folder;
  }

  /**
   * The pair that was accepted last, or that was made with the device.
   *
   * @return empty when this device has no certificate.
   */
  public synchronized Optional<KeyAndCertificate> inUse() throws IdentityException {
    Optional<KeyAndCertificate> renewed = pair(RENEWED);
    if (renewed.isPresent()) {
      return renewed;
    }
    Optional<String> key = made.read(DeviceIdentity.KEY);
    Optional<String> certificate = made.read(DeviceIdentity.CERTIFICATE);
    if (key.isEmpty() || certificate.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          KeyAndCertificate.matching(
              Pem.privateKey(key.get()), Pem.certificates(certificate.get())));
    } catch (IdentityException e) {
      throw new IdentityException(
          DeviceIdentity.KEY + " and " + DeviceIdentity.CERTIFICATE + ": " + e.getMessage());
    }
  }

  /** The certificate in use, whether or not its key is there; for its name and its end. */
  synchronized Optional<X509Certificate> certificate() throws IdentityException {
    Optional<String> renewed = folder.read(RENEWED);
    Optional<String> text = renewed.isPresent() ? renewed : made.read(DeviceIdentity.CERTIFICATE);
    return text.isPresent() ? Optional.of(Pem.certificates(text.get()).get(0)) : Optional.empty();
  }

  /** The pair that no broker has accepted yet. */
  public synchronized Optional<KeyAndCertificate> waiting() throws IdentityException {
    return pair(WAITING);
  }

  boolean isWaiting() {
    return folder.has(WAITING);
  }

  /** True while a request of this device waits for its signature. */
  public boolean isRequested() {
    return folder.has(REQUEST_KEY);
  }

  private Optional<KeyAndCertificate> pair(String file) throws IdentityException {
    Optional<String> text = folder.read(file);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          KeyAndCertificate.matching(Pem.privateKey(text.get()), Pem.certificates(text.get())));
    } catch (IdentityException e) {
      throw new IdentityException(file + ": " + e.getMessage());
    }
  }

  /**
   * A request (PKCS#10 in PEM) for a certificate of a new key. The same one until it is signed or
   * cancelled, since an authority takes its time. May take some seconds.
   */
  public synchronized String request(String serial) throws IdentityException, IOException {
    Optional<String> open = folder.read(REQUEST);
    if (open.isPresent() && isRequested()) {
      return open.get();
    }
    Files.createDirectories(folder.dir());
    Path closed =
        Files.createTempDirectory(
            folder.dir(),
            "made",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path store = closed.resolve("store");
    try {
      KeyAndCertificate own = SelfMade.in(store, List.of(serial));
      String request = SelfMade.signingRequest(store) + "\n";
      folder.write(REQUEST, request);
      folder.write(REQUEST_KEY, Pem.text("PRIVATE KEY", own.key().getEncoded()));
      return request;
    } finally {
      Files.deleteIfExists(store);
      Files.delete(closed);
    }
  }

  /** Forgets a request, and its key. */
  public synchronized void cancelRequest() throws IOException {
    folder.delete(REQUEST_KEY);
    folder.delete(REQUEST);
  }

  /**
   * Takes a signed certificate: of the open request, for the key in use, or in the place of the one
   * that waits.
   *
   * @param text the certificate and those between it and its authority, PEM.
   * @throws IdentityException when it cannot be the certificate of this device; nothing is changed.
   */
  public synchronized void bring(String text, String serial, Instant now)
      throws IdentityException, IOException {
    List<X509Certificate> chain = Pem.certificates(text);
    X509Certificate own = chain.get(0);
    KeyAndCertificate pair = matching(chain);
    String name = CommonName.of(own);
    if (!name.equals(serial)) {
      throw new IdentityException(
          "must be made out to " + serial + ", the serial number; is made out to " + name);
    }
    if (!own.getNotAfter().toInstant().isAfter(now)) {
      throw new IdentityException("must not be over, ended on " + own.getNotAfter().toInstant());
    }
    if (own.getNotBefore().toInstant().isAfter(now)) {
      throw new IdentityException(
          "must have begun already, begins on " + own.getNotBefore().toInstant());
    }
    if (!isForClients(own)) {
      throw new IdentityException(
          "must be allowed for clients (extended key usage clientAuth); have it signed again");
    }
    StringBuilder both = new StringBuilder(Pem.text("PRIVATE KEY", pair.key().getEncoded()));
    for (X509Certificate each : chain) {
      both.append(Pem.text(each));
    }
    folder.write(WAITING, both.toString());
    cancelRequest();
  }

  private KeyAndCertificate matching(List<X509Certificate> chain) throws IdentityException {
    List<PrivateKey> keys = new ArrayList<>();
    Optional<String> requested = folder.read(REQUEST_KEY);
    if (requested.isPresent()) {
      keys.add(Pem.privateKey(requested.get()));
    }
    waitingKey().ifPresent(keys::add);
    inUse().ifPresent(pair -> keys.add(pair.key()));
    for (PrivateKey key : keys) {
      try {
        return KeyAndCertificate.matching(key, chain);
      } catch (IdentityException e) {
        // Perhaps the other key.
      }
    }
    throw new IdentityException(
        "must be the certificate of a key of this device; have the request of this page signed");
  }

  /** A key whose certificate was brought but may have to be brought again, as with its chain. */
  private Optional<PrivateKey> waitingKey() {
    try {
      return waiting().map(KeyAndCertificate::key);
    } catch (IdentityException e) {
      return Optional.empty(); // What is to be replaced need not be whole.
    }
  }

  private static boolean isForClients(X509Certificate certificate) throws IdentityException {
    try {
      List<String> uses = certificate.getExtendedKeyUsage();
      return uses == null || uses.contains(FOR_CLIENTS) || uses.contains(FOR_EVERYTHING);
    } catch (CertificateParsingException e) {
      throw new IdentityException("must be a certificate that is whole (" + e + ")");
    }
  }

  /** A broker has accepted the waiting pair: it is the one in use from now on. */
  synchronized void accepted() throws IOException {
    folder.replace(RENEWED, WAITING);
  }
}
