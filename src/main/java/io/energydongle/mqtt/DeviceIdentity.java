// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.config.MqttSettings;
import io.energydongle.config.MqttSettings.Trust.Source;
import io.energydongle.identity.CommonName;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.identity.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

  /** File of the Ed25519 key that commands must be signed with, X.509 in PEM; optional. */
  public static final String COMMAND_KEY = "command.pub";

  /** File of the authorities that vouch for brokers, PEM. */
  public static final String BROKER_CA = "broker-ca.pem";

  private static final Duration WARN_BEFORE = Duration.ofDays(30);

  private final IdentityFolder folder;
  private final DeviceCertificates certificates;

  /** The identity that a folder holds, renewals among them. */
  public DeviceIdentity(Path dir) {
    this(dir, dir);
  }

  /**
   * The identity that a folder holds.
   *
   * @param renewals where renewed keys and certificates are kept; the first one may be read-only.
   */
  public DeviceIdentity(Path dir, Path renewals) {
    folder = new IdentityFolder(dir);
    certificates = new DeviceCertificates(folder, new IdentityFolder(renewals));
  }

  /**
   * The serial number: the name in the certificate, or the file when there is no certificate.
   *
   * @throws IdentityException when there is none, or one that cannot stand in a topic.
   */
  public String serial() throws IdentityException {
    Optional<X509Certificate> certificate = certificates.certificate();
    String serial;
    if (certificate.isPresent()) {
      try {
        serial = CommonName.of(certificate.get());
      } catch (IdentityException e) {
        throw new IdentityException(CERTIFICATE + " " + e.getMessage());
      }
    } else {
      serial =
          folder
              .read(SERIAL)
              .orElseThrow(
                  () ->
                      new IdentityException(
                          "there is no serial number in "
                              + folder.dir()
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

  /**
   * The key that commands which change something must be signed with; empty when they need not be.
   *
   * @throws IdentityException when there is one that cannot be used; then no command may pass.
   */
  Optional<CommandKey> commandKey() throws IdentityException {
    Optional<String> text = folder.read(COMMAND_KEY);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new CommandKey(Pem.publicKey(text.get())));
    } catch (IdentityException e) {
      throw new IdentityException(COMMAND_KEY + " " + e.getMessage());
    }
  }

  /** A sentence from 30 days before the device certificate ends; empty before, and without one. */
  public Optional<String> expiryWarning(Instant now) {
    try {
      Optional<X509Certificate> certificate = certificates.certificate();
      if (certificate.isEmpty()) {
        return Optional.empty();
      }
      Instant end = certificate.get().getNotAfter().toInstant();
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

  /** The certificate that is shown to brokers, and its renewal. */
  public DeviceCertificates certificates() {
    return certificates;
  }

  /**
   * Keys and authorities for a connection with these settings.
   *
   * @param waiting shows the certificate that no broker has accepted yet.
   */
  SSLContext tls(MqttSettings settings, boolean waiting) throws IdentityException {
    KeyManager[] keys = settings.user().isEmpty() ? keys(waiting) : new KeyManager[0];
    Optional<List<X509Certificate>> authorities = authorities(settings);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, authorities.isPresent() ? trust(authorities.get()) : null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IdentityException("TLS cannot be used (" + e + ")");
    }
  }

  private KeyManager[] keys(boolean waiting) throws IdentityException {
    Optional<KeyAndCertificate> pair = waiting ? certificates.waiting() : certificates.inUse();
    KeyAndCertificate own = pair.orElseThrow(() -> missing(folder.has(KEY) ? CERTIFICATE : KEY));
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
            + folder.dir()
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
        folder
            .read(BROKER_CA)
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
}
