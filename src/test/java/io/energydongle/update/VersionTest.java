// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {

  /** The example of Semantic Versioning 2.0.0, section 11.4, and the numbers of 11.2. */
  private static final List<String> IN_ORDER =
      List.of(
          "1.0.0-alpha",
          "1.0.0-alpha.1",
          "1.0.0-alpha.beta",
          "1.0.0-beta",
          "1.0.0-beta.2",
          "1.0.0-beta.11",
          "1.0.0-rc.1",
          "1.0.0",
          "1.9.0",
          "1.10.0",
          "1.11.0",
          "2.0.0",
          "2.1.0",
          "2.1.1");

  private static Version version(String text) {
    return Version.parse(text).orElseThrow();
  }

  @Test
  void the_order_is_that_of_semantic_versioning() {
    for (int i = 0; i < IN_ORDER.size(); i++) {
      for (int j = 0; j < IN_ORDER.size(); j++) {
        assertThat(Integer.signum(version(IN_ORDER.get(i)).compareTo(version(IN_ORDER.get(j)))))
            .as(IN_ORDER.get(i) + " and " + IN_ORDER.get(j))
            .isEqualTo(Integer.compare(i, j));
      }
    }
  }

  @Test
  void a_version_is_written_as_it_was_read() {
    IN_ORDER.forEach(text -> assertThat(version(text)).hasToString(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2",
        "1.2.3.4",
        "01.2.3",
        "1.2.3-",
        "1.2.3-01",
        "1.2.3-a..b",
        "1.2.3+build",
        "../1.2.3",
        "1.2.3/..",
        "-1.2.3",
        "1.2.3 ",
        "1.2.3\n",
        "99999999.0.0",
        "1.2.3-a_b"
      })
  void what_is_no_version_could_be_no_name_of_a_folder_either(String text) {
    assertThat(Version.parse(text)).isEmpty();
  }
}
