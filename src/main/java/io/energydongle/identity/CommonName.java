// SPDX-License-Identifier: Apache-2.0
package io.energydongle.identity;

import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The name in a certificate. */
public final class CommonName {

  private CommonName() {}

  /**
   * The common name (CN) that a certificate is made out to.
   *
   * @throws IdentityException when it has none.
   */
  public static String of(X509Certificate certificate) throws IdentityException {
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return part.getValue().toString();
        }
      }
    } catch (InvalidNameException e) {
      // As good as none.
    }
    throw new IdentityException("has no common name, which must be the serial number");
  }
}
