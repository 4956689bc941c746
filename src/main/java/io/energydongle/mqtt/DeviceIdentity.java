// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.config.MqttSettings;
import io.energydongle.config.MqttSettings.Trust.Source;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.identity.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Who this device is, as the folder of its identity says. Read anew for every connection, so that a
 * renewed certificate needs no restart.
 *
 * <p>Source: {@code platform.md} section 2.
 */
public final class DeviceIdentity {

  /** File of the serial number. */
  public static final String SERIAL = "serial";

  /** File of the private key, PKCS#8 in PEM. */
  public static final String KEY = "device.key";

  /** File of the certificate and those between it and its authority, PEM. */
  public static final String CERTIFICATE = "device.crt";

  /** File of the authorities that vouch for brokers, PEM. */
  public static final String BROKER_CA = "broker-ca.pem";

  private static final Duration WARN_BEFORE = Duration.ofDays(30);
  private static final int FILE_BYTES_MAX = 256 * 1024;

  private final Path dir;

  /** The identity that a folder holds. */
  public DeviceIdentity(Path dir) {
    this.dir = dir;
  }

  /**
   * The serial number: the name in the certificate, or the file when there is no certificate.
   *
   * @throws IdentityException when there is none, or one that cannot stand in a topic.
   */
  public String serial() throws IdentityException {
    Optional<String> certificate = read(CERTIFICATE);
    String serial;
    if (certificate.isPresent()) {
      serial = commonName(Pem.certificates(certificate.get()).get(0));
    } else {
      serial =
          read(SERIAL)
              .orElseThrow(
                  () ->
                      new IdentityException(
                          "there is no serial number in "
                              + dir
                              + "; make one with: java -jar energy-dongle.jar provision"))
              .strip();
    }
    if (!serial.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IdentityException(
          "the serial number must be 1 to 64 letters, digits, dots, low lines or hyphens, is \""
              + serial
              + "\"");
    }
    return serial;
  }

  private static String commonName(X509Certificate certificate) throws IdentityException {
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return part.getValue().toString();
        }
      }
    } catch (InvalidNameException e) {
      // As good as none.
    }
    throw new IdentityException(CERTIFICATE + " has no common name, which is the serial number");
  }

  /** A sentence from 30 days before the device certificate ends; empty before, and without one. */
  public Optional<String> expiryWarning(Instant now) {
    try {
      Optional<String> text = read(CERTIFICATE);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      Instant end = Pem.certificates(text.get()).get(0).getNotAfter().toInstant();
      if (now.isAfter(end)) {
        return Optional.of(
            "The device certificate has expired on " + end + ". Have a new one signed.");
      }
      return now.isAfter(end.minus(WARN_BEFORE))
          ? Optional.of(
              "The device certificate ends on " + end + ". Have a new one signed before that.")
          : Optional.empty();
    } catch (IdentityException e) {
      return Optional.empty();
    }
  }

  /** Keys and authorities for a connection with these settings. */
  SSLContext tls(MqttSettings settings) throws IdentityException {
    KeyManager[] keys = settings.user().isEmpty() ? keys() : new KeyManager[0];
    Optional<List<X509Certificate>> authorities = authorities(settings);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, authorities.isPresent() ? trust(authorities.get()) : null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IdentityException("TLS cannot be used (" + e + ")");
    }
  }

  private KeyManager[] keys() throws IdentityException {
    String key = read(KEY).orElseThrow(() -> missing(KEY));
    String certificate = read(CERTIFICATE).orElseThrow(() -> missing(CERTIFICATE));
    KeyAndCertificate own;
    try {
      own = KeyAndCertificate.matching(Pem.privateKey(key), Pem.certificates(certificate));
    } catch (IdentityException e) {
      throw new IdentityException(KEY + " and " + CERTIFICATE + ": " + e.getMessage());
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      char[] none = new char[0];
      store.setKeyEntry("device", own.key(), none, own.chain().toArray(Certificate[]::new));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, none);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IdentityException("the device key cannot be used (" + e + ")");
    }
  }

  private IdentityException missing(String file) {
    return new IdentityException(
        file
            + " is missing in "
            + dir
            + "; give a user name and password instead, or make it with: java -jar"
            + " energy-dongle.jar provision");
  }

  /** Empty for those of the system. */
  private Optional<List<X509Certificate>> authorities(MqttSettings settings)
      throws IdentityException {
    if (settings.trust().source() == Source.SYSTEM) {
      return Optional.empty();
    }
    if (!settings.trust().ca().isEmpty()) {
      try {
        return Optional.of(Pem.certificates(settings.trust().ca()));
      } catch (IdentityException e) {
        throw new IdentityException("the uploaded authority " + e.getMessage());
      }
    }
    String text =
        read(BROKER_CA)
            .orElseThrow(
                () ->
                    new IdentityException(
                        "no authority is known that vouches for the broker; upload its certificate,"
                            + " or choose the system's authorities for a public broker"));
    try {
      return Optional.of(Pem.certificates(text));
    } catch (IdentityException e) {
      throw new IdentityException(BROKER_CA + " " + e.getMessage());
    }
  }

  private static TrustManager[] trust(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private Optional<String> read(String name) throws IdentityException {
    Path file = dir.resolve(name);
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IdentityException(file + " is too large");
      }
      return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IdentityException(file + " cannot be read (" + e + ")");
    }
  }
}
