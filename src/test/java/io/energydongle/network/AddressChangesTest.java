// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressChangesTest {

  @TempDir private Path dir;
  private Path locals;
  private AddressChanges changes;

  @BeforeEach
  void twoTables() throws IOException {
    locals = dir.resolve("fib_trie");
    Path routes = dir.resolve("route");
    Files.writeString(locals, "|-- 192.168.1.20\n      /32 host LOCAL\n");
    Files.writeString(routes, "eth0\t0001A8C0\n");
    changes = new AddressChanges(List.of(locals, routes));
  }

  @Test
  void the_first_look_finds_something_new() {
    assertThat(changes.look()).isTrue();
  }

  @Test
  void nothing_is_new_while_the_tables_stay_the_same() {
    changes.look();
    assertThat(changes.look()).isFalse();
  }

  @Test
  void another_address_is_new_once() throws IOException {
    changes.look();
    Files.writeString(locals, "|-- 169.254.7.20\n      /32 host LOCAL\n");
    assertThat(changes.look()).isTrue();
    assertThat(changes.look()).isFalse();
  }

  @Test
  void tables_longer_than_what_is_read_may_have_changed_at_any_time() throws IOException {
    Files.writeString(locals, "|-- 10.0.0.1\n".repeat(6000));
    assertThat(changes.look()).isTrue();
    assertThat(changes.look()).isTrue();
  }

  @Test
  void where_the_kernel_does_not_tell_everything_may_be_new() throws IOException {
    changes.look();
    Files.delete(locals);
    assertThat(changes.look()).isTrue();
    assertThat(changes.look()).isTrue();
  }
}
