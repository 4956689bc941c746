// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WifiCountryTest {

  @TempDir private Path dir;

  @Test
  void leaves_two_letters_for_the_machine_and_nothing_else() throws IOException {
    WifiCountry country = new WifiCountry(Optional.of(dir));
    country.use("");
    assertThat(dir).isEmptyDirectory();
    country.use("NL");
    country.use("BE");
    country.use("");
    assertThat(dir.resolve(WifiCountry.FILE)).hasContent("BE\n");
    assertThat(dir.toFile().list()).containsExactly(WifiCountry.FILE);
  }

  @Test
  void touches_the_file_only_for_another_country() throws IOException {
    WifiCountry country = new WifiCountry(Optional.of(dir));
    country.use("NL");
    Files.delete(dir.resolve(WifiCountry.FILE));
    country.use("NL");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void nobody_waits_for_it_without_the_service() {
    new WifiCountry(Optional.empty()).use("NL");
    new WifiCountry(Optional.of(dir.resolve("missing"))).use("NL");
    assertThat(dir).isEmptyDirectory();
  }
}
