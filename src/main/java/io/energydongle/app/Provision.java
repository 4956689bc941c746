// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.identity.Pem;
import io.energydongle.identity.SelfMade;
import io.energydongle.mqtt.DeviceIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes the identity of a new device, once. What is there already is never changed, so it can be
 * run again after an interruption.
 *
 * <p>Source: {@code platform.md} section 2 and section 8, row "no universal default password".
 */
final class Provision {

  /** Without signs that look alike on a sticker: no I, L, O, 0, 1. */
  private static final String ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

  private static final String SERIAL_PREFIX = "ED";
  private static final int SERIAL_SIGNS = 8;

  /** Four groups of five signs: 99 bits, where 80 are asked for. */
  private static final int KEY_GROUPS = 4;

  private static final int KEY_GROUP_SIGNS = 5;

  private static final String REQUEST = "device.csr";

  private final Path dir;
  private final RandomGenerator random;

  Provision(Path dir, RandomGenerator random) {
    this.dir = dir;
    this.random = random;
  }

  /**
   * Makes what is missing.
   *
   * @param wanted serial number; empty for a random one. Not used when the device has one.
   * @return what belongs on the sticker, and where the rest is.
   */
  String run(Optional<String> wanted) throws IOException, IdentityException {
    Files.createDirectories(dir);
    String serial =
        textOf(DeviceIdentity.SERIAL, wanted.orElse(SERIAL_PREFIX + signs(SERIAL_SIGNS)));
    if (wanted.isPresent() && !wanted.get().equals(serial)) {
      throw new IdentityException("this device has the serial number " + serial + " already");
    }
    String admin = textOf(StickerKey.FILE_NAME, key());
    String wifi = textOf(WifiKey.FILE_NAME, key());
    String made = keyAndCertificate(serial);
    return """
        On the sticker:
          Serial number   %s
          Wi-Fi network   energy-dongle-%s
          Wi-Fi key       %s
          Password        %s
        In %s:
          %s
        """
        .formatted(serial, serial, wifi, admin, dir, made);
  }

  private String keyAndCertificate(String serial) throws IOException, IdentityException {
    boolean key = Files.exists(dir.resolve(DeviceIdentity.KEY));
    boolean certificate = Files.exists(dir.resolve(DeviceIdentity.CERTIFICATE));
    if (key || certificate) {
      return key && certificate
          ? "device.key and device.crt were there already"
          : (key ? "device.key" : "device.crt")
              + " is there without the other; nothing was made, so that nothing is lost";
    }
    Path closed =
        Files.createTempDirectory(
            dir,
            "made",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path store = closed.resolve("store");
    try {
      KeyAndCertificate own = SelfMade.in(store, List.of(serial));
      String request = SelfMade.signingRequest(store);
      create(REQUEST, request + "\n");
      create(DeviceIdentity.KEY, Pem.text("PRIVATE KEY", own.key().getEncoded()));
      create(DeviceIdentity.CERTIFICATE, Pem.text(own.certificate()));
    } finally {
      Files.deleteIfExists(store);
      Files.delete(closed);
    }
    return "device.key, device.crt (signed by itself) and device.csr (to have it signed)";
  }

  private String key() {
    StringBuilder text = new StringBuilder(signs(KEY_GROUP_SIGNS));
    for (int i = 1; i < KEY_GROUPS; i++) {
      text.append('-').append(signs(KEY_GROUP_SIGNS));
    }
    return text.toString();
  }

  private String signs(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  /** What a file holds, which is made when it is not there. */
  private String textOf(String name, String otherwise) throws IOException {
    Path file = dir.resolve(name);
    if (!Files.exists(file)) {
      create(name, otherwise + "\n");
    }
    return Files.readString(file, StandardCharsets.US_ASCII).strip();
  }

  /** Makes a file that only its owner can read; replaces none. */
  private void create(String name, String content) throws IOException {
    Path file = dir.resolve(name);
    Files.deleteIfExists(dir.resolve(name + ".new"));
    Path temporary =
        Files.createFile(
            dir.resolve(name + ".new"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        temporary,
        content,
        StandardCharsets.US_ASCII,
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
    if (name.equals(REQUEST)) {
      Files.deleteIfExists(file);
    }
    Files.createLink(file, temporary);
    Files.delete(temporary);
  }
}
