// SPDX-License-Identifier: Apache-2.0
package io.energydongle.decrypt;

import io.energydongle.frame.EncryptedFrame;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens encrypted frames: AES-128-GCM, initialisation vector = system title and frame counter, tag
 * of 12 bytes.
 *
 * <p>Not thread safe.
 *
 * <p>Source: Luxembourg "E-Meter P1 Specification" 1.1.3 §3.2.5; {@code p1.md} section 8.
 */
public final class TelegramCipher {

  private static final int IV_LENGTH = 12;
  private static final int TITLE_LENGTH = 8;

  private final SecretKeySpec key;
  private final byte[] authenticationKey;
  private final byte[] systemTitle;

  /**
   * A cipher with the keys of one meter.
   *
   * @param key 16 bytes.
   * @param authenticationKey 16 bytes; part of what the tag covers, not secret in Luxembourg.
   * @param systemTitle 8 bytes for frames without a title, or none.
   */
  public TelegramCipher(byte[] key, byte[] authenticationKey, byte[] systemTitle) {
    this.key = new SecretKeySpec(key, "AES");
    this.authenticationKey = authenticationKey.clone();
    this.systemTitle = systemTitle.clone();
  }

  /**
   * The text of a frame whose tag is right; empty when it is wrong or the frame has none.
   *
   * <p>The tag may cover the security byte and the authentication key, or, as some senders do,
   * nothing but the text. Either proves that the sender knows the key.
   */
  public Optional<byte[]> openVerified(EncryptedFrame frame) {
    if (!frame.authenticated()) {
      return Optional.empty();
    }
    byte[] associated = new byte[1 + authenticationKey.length];
    associated[0] = frame.securityByte();
    System.arraycopy(authenticationKey, 0, associated, 1, authenticationKey.length);
    return open(frame, associated).or(() -> open(frame, new byte[0]));
  }

  /** What the key makes of a frame when nothing vouches for it; may be anything. */
  public byte[] openUnverified(EncryptedFrame frame) {
    // GCM is counter mode that starts at 2: the tag took 1.
    byte[] counter = new byte[16];
    System.arraycopy(vector(frame), 0, counter, 0, IV_LENGTH);
    counter[15] = 2;
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter));
      return cipher.doFinal(frame.buffer(), frame.cipherTextIndex(), frame.cipherTextLength());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES/CTR/NoPadding", e);
    }
  }

  private Optional<byte[]> open(EncryptedFrame frame, byte[] associated) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      int tagBits = EncryptedFrame.TAG_LENGTH * 8;
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(tagBits, vector(frame)));
      cipher.updateAAD(associated);
      int length = frame.cipherTextLength() + EncryptedFrame.TAG_LENGTH;
      return Optional.of(cipher.doFinal(frame.buffer(), frame.cipherTextIndex(), length));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES/GCM/NoPadding", e);
    }
  }

  private byte[] vector(EncryptedFrame frame) {
    byte[] vector = new byte[IV_LENGTH];
    if (frame.systemTitleLength() == TITLE_LENGTH) {
      System.arraycopy(frame.buffer(), 2, vector, 0, TITLE_LENGTH);
    } else {
      System.arraycopy(systemTitle, 0, vector, 0, systemTitle.length);
    }
    System.arraycopy(frame.buffer(), frame.counterIndex(), vector, TITLE_LENGTH, 4);
    return vector;
  }
}
