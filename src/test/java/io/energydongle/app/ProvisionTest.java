// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.identity.Pem;
import io.energydongle.mqtt.DeviceIdentity;
import io.energydongle.testkit.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvisionTest {

  @TempDir Path dir;

  private Map<String, String> files() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        found.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return found;
  }

  private String text(String name) throws IOException {
    return Files.readString(dir.resolve(name));
  }

  private String provision(Optional<String> serial) throws Exception {
    return new Provision(dir, new SecureRandom()).run(serial);
  }

  @Test
  void a_new_device_gets_a_serial_number_keys_and_a_certificate_for_its_owner_only()
      throws Exception {
    String said = provision(Optional.empty());
    Map<String, String> files = files();
    assertThat(files)
        .containsOnlyKeys(
            "admin-key", "device.crt", "device.csr", "device.key", "serial", "wifi-key");
    String serial = text("serial").strip();
    assertThat(serial).matches("ED[A-HJKMNP-Z2-9]{8}");
    assertThat(new DeviceIdentity(dir).serial()).isEqualTo(serial);
    // 20 signs of 31 are 99 bits.
    assertThat(text("admin-key").strip()).matches("([A-HJKMNP-Z2-9]{5}-?){4}");
    assertThat(text("wifi-key")).isNotEqualTo(text("admin-key"));
    assertThat(said)
        .contains(serial, text("admin-key").strip(), text("wifi-key").strip())
        .contains("energy-dongle-" + serial)
        .doesNotContain("PRIVATE");
    KeyAndCertificate own =
        KeyAndCertificate.matching(
            Pem.privateKey(text("device.key")), Pem.certificates(text("device.crt")));
    assertThat(own.key().getAlgorithm()).isEqualTo("EC");
    for (String name : files.keySet()) {
      assertThat(Files.getPosixFilePermissions(dir.resolve(name)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    Commands.Result request =
        Commands.run(
            "openssl",
            "req",
            "-in",
            dir.resolve("device.csr").toString(),
            "-noout",
            "-verify",
            "-subject");
    assertThat(request.status()).isZero();
    assertThat(request.out()).contains("CN = " + serial);
  }

  @Test
  void what_is_there_is_never_changed() throws Exception {
    provision(Optional.of("S-1"));
    Map<String, String> before = files();
    assertThat(provision(Optional.empty())).contains("S-1", "were there already");
    assertThat(provision(Optional.of("S-1"))).contains("S-1");
    assertThat(files()).isEqualTo(before);
    assertThatThrownBy(() -> provision(Optional.of("S-2")))
        .isInstanceOf(IdentityException.class)
        .hasMessage("this device has the serial number S-1 already");
    Files.delete(dir.resolve("device.crt"));
    assertThat(provision(Optional.empty())).contains("nothing was made, so that nothing is lost");
    assertThat(dir.resolve("device.crt")).doesNotExist();
  }
}
