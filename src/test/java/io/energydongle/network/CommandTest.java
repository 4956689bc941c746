// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that the network needs. */
class CommandTest {

  @Test
  void nothing_that_a_program_is_told_can_be_kept_in_a_home() throws Exception {
    Command.Ended ended =
        Command.run(
            List.of("sh", "-c", "cat > /dev/null; echo \"$HOME\"; echo \"$XDG_CACHE_HOME\""),
            "set 802-11-wireless-security.psk 0123\n",
            Duration.ofSeconds(20));
    assertThat(ended.status()).isZero();
    assertThat(ended.out().lines())
        .hasSize(2)
        .allSatisfy(folder -> assertThat(Path.of(folder)).isAbsolute().doesNotExist());
  }
}
