// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The three lines that a release begins with: what it is, the manifest, and the signature of the
 * manifest's bytes. A file that ends here is a manifest file; otherwise the archive follows.
 *
 * @param manifest of the release.
 * @param text the three lines as they came.
 */
public record ReleaseHead(Manifest manifest, String text) {

  private static final String FIRST_LINE = "energy-dongle release 1";
  private static final int FIRST_LINE_MAX = 64;
  private static final int MANIFEST_BYTES_MAX = 8 * 1024;
  private static final int SIGNATURE_CHARS_MAX = 128;

  /**
   * Reads the head of a stream and nothing behind it. The manifest is looked at only after its
   * signature was found good.
   */
  static ReleaseHead read(InputStream in, UpdateKeys keys) throws Refusal, IOException {
    String first = line(in, FIRST_LINE_MAX);
    if (!first.equals(FIRST_LINE)) {
      throw new Refusal(
          "not-a-release",
          "This is no release file: it must begin with the line \""
              + FIRST_LINE
              + "\". Choose a file whose name ends in .edu.");
    }
    String manifest = line(in, MANIFEST_BYTES_MAX);
    String signature = line(in, SIGNATURE_CHARS_MAX);
    if (manifest.isEmpty()) {
      throw new Refusal("truncated", "The file ends before its manifest. Fetch it again.");
    }
    if (signature.isEmpty()) {
      throw new Refusal(
          "no-signature",
          "The release is not signed, or ends before its signature; only signed releases are"
              + " installed. Fetch it again from who made it.");
    }
    byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
    if (!keys.haveSigned(bytes, decode(signature))) {
      throw new Refusal(
          "wrong-signature",
          "The signature is wrong: the manifest was changed on its way, or the release was signed"
              + " by somebody whose key this device does not know. Fetch it again from who made"
              + " this device.");
    }
    return new ReleaseHead(
        Manifest.parse(bytes), first + "\n" + manifest + "\n" + signature + "\n");
  }

  private static byte[] decode(String signature) {
    try {
      return Base64.getDecoder().decode(signature);
    } catch (IllegalArgumentException e) {
      // No signature is the signature of nothing.
      return new byte[0];
    }
  }

  /** A line without its end; what is longer than it may be, or does not end, is empty. */
  private static String line(InputStream in, int most) throws IOException {
    byte[] bytes = new byte[most];
    for (int count = 0; count < most; count++) {
      int next = in.read();
      if (next == '\n') {
        return new String(bytes, 0, count, StandardCharsets.UTF_8);
      }
      if (next < 0) {
        return "";
      }
      bytes[count] = (byte) next;
    }
    return "";
  }

  /** What tells one release from every other: SHA-256 of the head. */
  String digest() {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
