// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Whether the certificate of a broker is the one of the host that was meant. */
final class BrokerName {

  private static final int SAN_DNS = 2;

  private BrokerName() {}

  /** The key of the broker is another one than the user has pinned. */
  static final class OtherKeyException extends SSLException {
    private static final long serialVersionUID = 1L;

    OtherKeyException(String found) {
      super(found);
    }
  }

  /** True for an IPv4 address in digits. */
  static boolean isAddress(String host) {
    return host.matches("[0-9.]+");
  }

  /**
   * True for a name that the JDK calls illegal when it compares it with a certificate: one with a
   * low line, which names in local networks do have.
   */
  static boolean isForeignToTheJdk(String host) {
    return host.indexOf('_') >= 0;
  }

  /** Compares names as RFC 6125 says: no case, and a star for the whole leftmost label only. */
  static void check(String host, SSLSession session) throws SSLException {
    X509Certificate certificate = leaf(session);
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (name.get(0).equals(SAN_DNS) && matches(host, String.valueOf(name.get(1)))) {
          return;
        }
      }
    } catch (CertificateParsingException e) {
      throw new SSLPeerUnverifiedException("damaged names in the certificate");
    }
    throw new SSLPeerUnverifiedException("No name matching " + host + " found");
  }

  private static boolean matches(String host, String pattern) {
    String wanted = host.toLowerCase(Locale.ROOT);
    String given = pattern.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    return given.startsWith("*.")
        ? dot > 0 && given.indexOf('.', 2) > 0 && wanted.substring(dot).equals(given.substring(1))
        : wanted.equals(given);
  }

  /** Refuses a broker whose public key is not the pinned one. */
  static void checkPin(String pin, SSLSession session) throws SSLException {
    if (pin.isEmpty()) {
      return;
    }
    String found;
    try {
      byte[] key = leaf(session).getPublicKey().getEncoded();
      found = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    if (!found.equals(pin)) {
      throw new OtherKeyException(found);
    }
  }

  private static X509Certificate leaf(SSLSession session) throws SSLPeerUnverifiedException {
    return (X509Certificate) session.getPeerCertificates()[0];
  }
}
