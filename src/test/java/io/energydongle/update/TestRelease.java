// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.Pem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Makes releases, good ones and bad ones, signed with the key of the tests. */
public final class TestRelease {

  private static final Path KEY = Path.of("src/test/resources/update/test-key.pem");
  private static final Path PUBLIC_KEY = Path.of("src/test/resources/update/test-key.pub.pem");
  private static final int BLOCK = 512;

  private final ObjectNode manifest = JsonNodeFactory.instance.objectNode();
  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

  /** A good release of a version, for version 0.1.0 on. */
  public TestRelease(String version) {
    manifest.put("product", "energy-dongle");
    manifest.put("version", version);
    manifest.put("min_from", "0.1.0");
    manifest.putArray("board").add("linux");
    manifest.put("java", 17);
    manifest.put("url", "archive.tar");
    manifest.put("security_epoch", 1);
    manifest.put("not_before", "2026-01-01T00:00:00Z");
  }

  /** A good release with the files that it must have. */
  public static TestRelease of(String version) throws IOException {
    TestRelease release = new TestRelease(version);
    release.file("energy-dongle.jar", "the program of " + version);
    release.file("jvm.options", "-Xmx48m\n");
    return release;
  }

  /** The public key that these are signed with. */
  public static UpdateKeys keys() {
    try {
      return UpdateKeys.of(List.of(Pem.publicKey(Files.readString(PUBLIC_KEY))));
    } catch (IOException | IdentityException e) {
      throw new AssertionError(e);
    }
  }

  ObjectNode manifest() {
    return manifest;
  }

  /** The same with one more file. */
  public TestRelease with(String name, String content) throws IOException {
    return file(name, content);
  }

  TestRelease file(String name, String content) throws IOException {
    return entry(name, '0', "", content.getBytes(StandardCharsets.UTF_8));
  }

  TestRelease entry(String name, char type, String linkTo, byte[] content) throws IOException {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, String.format("%011o\0", content.length));
    put(header, 136, "00000000000\0");
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 157, linkTo);
    put(header, 257, "ustar\0" + "00");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xFF;
    }
    put(header, 148, String.format("%06o\0 ", sum));
    tar.write(header);
    tar.write(content);
    tar.write(new byte[Math.floorMod(-content.length, BLOCK)]);
    return this;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  byte[] archive() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tar.toByteArray());
    all.write(new byte[2 * BLOCK]);
    return all.toByteArray();
  }

  /** The three lines before the archive. */
  public String head() throws IOException {
    return head(archive());
  }

  private String head(byte[] archive) throws IOException {
    ObjectNode json = manifest.deepCopy();
    if (!json.has("size")) {
      json.put("size", archive.length);
    }
    if (!json.has("sha256")) {
      json.put("sha256", sha256(archive));
    }
    String line = json.toString();
    return "energy-dongle release 1\n" + line + "\n" + sign(line) + "\n";
  }

  /** The whole file. */
  public byte[] bytes() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(head().getBytes(StandardCharsets.UTF_8));
    all.write(archive());
    return all.toByteArray();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String sign(String line) throws IOException {
    try {
      PrivateKey key = Pem.privateKey(Files.readString(KEY));
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(line.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException | IdentityException e) {
      throw new AssertionError(e);
    }
  }
}
