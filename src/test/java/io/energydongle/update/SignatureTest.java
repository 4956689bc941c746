// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.energydongle.identity.Pem;
import io.energydongle.testkit.Commands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignatureTest {

  private static final Path TEST_PUBLIC_KEY = Path.of("src/test/resources/update/test-key.pub.pem");

  @TempDir Path dir;

  private void openssl(String... words) throws Exception {
    String[] command = new String[words.length + 1];
    command[0] = "openssl";
    System.arraycopy(words, 0, command, 1, words.length);
    Commands.Result result = Commands.run(command);
    assertThat(result.status()).as(result.err()).isZero();
  }

  private String at(String name) {
    return dir.resolve(name).toString();
  }

  @Test
  void what_openssl_has_signed_with_either_key_is_good_and_with_any_other_is_not()
      throws Exception {
    byte[] message = "{\"product\":\"energy-dongle\"}".getBytes(StandardCharsets.UTF_8);
    Files.write(dir.resolve("message"), message);
    for (String name : List.of("active", "reserve", "other")) {
      openssl("genpkey", "-algorithm", "ed25519", "-out", at(name));
      openssl("pkey", "-in", at(name), "-pubout", "-out", at(name + ".pub"));
      openssl(
          "pkeyutl",
          "-sign",
          "-rawin",
          "-inkey",
          at(name),
          "-in",
          at("message"),
          "-out",
          at(name + ".sig"));
    }
    UpdateKeys keys =
        UpdateKeys.production(
            List.of(
                Files.readString(dir.resolve("active.pub")),
                Files.readString(dir.resolve("reserve.pub"))));
    assertThat(keys.haveSigned(message, Files.readAllBytes(dir.resolve("active.sig")))).isTrue();
    assertThat(keys.haveSigned(message, Files.readAllBytes(dir.resolve("reserve.sig")))).isTrue();
    assertThat(keys.haveSigned(message, Files.readAllBytes(dir.resolve("other.sig")))).isFalse();
    message[3] ^= 1;
    assertThat(keys.haveSigned(message, Files.readAllBytes(dir.resolve("active.sig")))).isFalse();
  }

  /** RFC 8032, section 7.1, test 2. */
  @Test
  void the_vector_of_the_specification_is_good() throws Exception {
    byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] point =
        HexFormat.of().parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    byte[] der = new byte[prefix.length + point.length];
    System.arraycopy(prefix, 0, der, 0, prefix.length);
    System.arraycopy(point, 0, der, prefix.length, point.length);
    UpdateKeys keys = UpdateKeys.of(List.of(Pem.publicKey(Pem.text("PUBLIC KEY", der))));
    byte[] signature =
        HexFormat.of()
            .parseHex(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    assertThat(keys.haveSigned(new byte[] {0x72}, signature)).isTrue();
    assertThat(keys.haveSigned(new byte[] {0x73}, signature)).isFalse();
    assertThat(keys.haveSigned(new byte[] {0x72}, new byte[3])).isFalse();
  }

  @Test
  void a_build_with_the_key_of_the_tests_does_not_start() throws Exception {
    String testKey = Files.readString(TEST_PUBLIC_KEY);
    assertThatThrownBy(() -> UpdateKeys.production(List.of(testKey)))
        .hasMessageContaining("make keys with ./release keys");
  }

  @Test
  void the_two_keys_of_this_build_are_there_and_differ() throws Exception {
    assertThat(UpdateKeys.ofBuild()).isNotNull();
    assertThat(Files.readString(Path.of("config/update-keys/active.pem")))
        .isNotEqualTo(Files.readString(Path.of("config/update-keys/reserve.pem")));
  }
}
