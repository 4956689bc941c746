// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Tells whether an IPv4 address of this host may have changed. Reads the routing tables of the
 * kernel, which costs a hundredth of asking for the addresses themselves: with an address a local
 * route comes and goes. Not for more than one thread.
 *
 * <p>Source: proc_pid_net(5), {@code fib_trie} and {@code route}.
 */
final class AddressChanges {

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/fib_trie"), Path.of("/proc/self/net/route"));

  private static final int BYTES_MAX = 64 * 1024;

  private final List<Path> tables;
  private final byte[] table = new byte[4096];
  private long seen;
  private boolean looked;

  /** Nothing has been seen yet. */
  AddressChanges() {
    this(TABLES);
  }

  AddressChanges(List<Path> tables) {
    this.tables = tables;
  }

  /**
   * True for the first time, after a change, and always where the kernel does not tell or says more
   * than is read.
   */
  boolean look() {
    CRC32C sum = new CRC32C();
    for (Path path : tables) {
      try {
        add(path, sum);
      } catch (IOException e) {
        looked = false;
        return true;
      }
    }
    boolean same = looked && sum.getValue() == seen;
    seen = sum.getValue();
    looked = true;
    return !same;
  }

  private void add(Path path, CRC32C sum) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      int total = 0;
      int count = in.read(table);
      while (count > 0) {
        sum.update(table, 0, count);
        total += count;
        if (total > BYTES_MAX) {
          throw new IOException(path + " is longer than " + BYTES_MAX + " bytes");
        }
        count = in.read(table);
      }
    }
  }
}
