// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The key that a Wi-Fi password and the name of its network give. Handing this on instead of the
 * password leaves no sign to quote or escape, and the password stays here.
 *
 * <p>Source: IEEE 802.11-2020, annex J.4 "Suggested pass-phrase-to-PSK mapping".
 */
final class WpaKey {

  private static final int ROUNDS = 4_096;
  private static final int BITS = 256;

  private WpaKey() {}

  /**
   * The key as 64 hexadecimal digits.
   *
   * @param password 8 to 63 signs of ASCII, or the key itself.
   */
  static Secret of(Secret password, String ssid) {
    String text = password.text();
    if (text.length() == BITS / 4) {
      return password;
    }
    PBEKeySpec spec =
        new PBEKeySpec(text.toCharArray(), ssid.getBytes(StandardCharsets.UTF_8), ROUNDS, BITS);
    try {
      byte[] key =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA1").generateSecret(spec).getEncoded();
      return Secret.ofText(HexFormat.of().formatHex(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      spec.clearPassword();
    }
  }
}
