// SPDX-License-Identifier: Apache-2.0
package io.energydongle.identity;

import io.energydongle.process.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A key and a certificate that signs itself, made once by the JDK's keytool and kept in a file that
 * only the service can read.
 */
public final class SelfMade {

  /** Protects nothing, because it is known; the format insists on one. The file's mode protects. */
  private static final String STORE_PASSWORD = "energy-dongle";

  private static final String ALIAS = "energy-dongle";

  /** A board without a battery clock may think it is 1970 when this is made. */
  private static final String VALID_FROM = "2026/01/01 00:00:00";

  private static final int VALID_DAYS = 20 * 365;
  private static final int KEYTOOL_SECONDS_MAX = 120;
  private static final int OUTPUT_LENGTH_MAX = 16 * 1024;

  private SelfMade() {}

  /**
   * The key and certificate of a file, which is made when it is not there or cannot be read.
   *
   * @param names DNS names for which the certificate holds, the first one its common name.
   * @throws IdentityException when neither is possible.
   */
  public static KeyAndCertificate in(Path file, List<String> names) throws IdentityException {
    if (Files.exists(file)) {
      try {
        return read(file);
      } catch (IOException | GeneralSecurityException e) {
        // A torn or foreign file; a new certificate harms nobody but those who trusted the old.
      }
    }
    try {
      Path parent = file.toAbsolutePath().getParent();
      Files.createDirectories(parent);
      // Nobody but the owner can look into this one, whatever mode keytool gives its file.
      Path closed = file.resolveSibling(file.getFileName() + ".making");
      Path made = closed.resolve("made");
      Files.deleteIfExists(made);
      Files.deleteIfExists(closed);
      Files.createDirectory(
          closed,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try {
        make(made, names);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(made);
        Files.delete(closed);
      }
      return read(file);
    } catch (IOException | GeneralSecurityException e) {
      throw new IdentityException("no certificate could be made in " + file + " (" + e + ")");
    }
  }

  /**
   * A request to have the key of such a file signed by an authority (PKCS#10 in PEM).
   *
   * @throws IdentityException when keytool does not make one.
   */
  public static String signingRequest(Path file) throws IdentityException {
    try {
      return keytool(
          List.of(
              "-certreq",
              "-alias",
              ALIAS,
              "-sigalg",
              "SHA256withECDSA",
              "-keystore",
              file.toString(),
              "-storepass",
              STORE_PASSWORD));
    } catch (IOException e) {
      throw new IdentityException("no signing request could be made (" + e + ")");
    }
  }

  private static void make(Path file, List<String> names) throws IOException {
    String alternatives =
        "san=" + String.join(",", names.stream().map(name -> "dns:" + name).toList());
    keytool(
        List.of(
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-sigalg",
            "SHA256withECDSA",
            "-dname",
            "CN=" + names.get(0),
            "-ext",
            alternatives,
            "-startdate",
            VALID_FROM,
            "-validity",
            Integer.toString(VALID_DAYS),
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            STORE_PASSWORD));
  }

  /** Runs keytool and gives what it printed. */
  private static String keytool(List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(words);
    command.add("-J-Xmx32m");
    ProcessBuilder builder = new ProcessBuilder(command);
    Process process = ChildProcess.start(builder.redirectErrorStream(true));
    process.getOutputStream().close();
    String said;
    try (InputStream out = process.getInputStream()) {
      said = new String(out.readNBytes(OUTPUT_LENGTH_MAX), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(KEYTOOL_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IOException("keytool did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IOException("keytool: " + said);
    }
    return said;
  }

  private static KeyAndCertificate read(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, STORE_PASSWORD.toCharArray());
    }
    Certificate[] chain = store.getCertificateChain(ALIAS);
    if (!(store.getKey(ALIAS, STORE_PASSWORD.toCharArray()) instanceof PrivateKey key)
        || chain == null) {
      throw new GeneralSecurityException("no key in " + file);
    }
    List<X509Certificate> certificates = new ArrayList<>();
    for (Certificate each : chain) {
      certificates.add((X509Certificate) each);
    }
    return new KeyAndCertificate(key, certificates);
  }
}
