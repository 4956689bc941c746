// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import java.util.OptionalInt;

/**
 * An IPv4 network: an address and how many of its leading bits count. A single address has 32.
 *
 * @param address its 32 bits; those that do not count are 0.
 * @param prefixLength number of bits that count, 0..32.
 */
public record Ipv4(int address, int prefixLength) {

  private static final int BITS = 32;

  public Ipv4 {
    if (prefixLength < 0 || prefixLength > BITS || (address & ~mask(prefixLength)) != 0) {
      throw new IllegalArgumentException("prefix length " + prefixLength);
    }
  }

  /** True when that address lies in this network. */
  public boolean contains(int other) {
    return (other & mask(prefixLength)) == address;
  }

  /**
   * The 32 bits of an address in dotted decimal, such as {@code 192.168.1.5}; empty when it is
   * none. Leading zeros are none: some programs take 010 for ten, and others for eight.
   */
  public static OptionalInt parse(String text) {
    String[] parts = text.split("\\.", -1);
    int bits = 0;
    boolean good = parts.length == 4;
    for (String part : parts) {
      good = good && part.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(part) <= 255;
      bits = good ? bits << 8 | Integer.parseInt(part) : 0;
    }
    return good ? OptionalInt.of(bits) : OptionalInt.empty();
  }

  /** The bits of a network mask. */
  static int mask(int prefixLength) {
    return prefixLength == 0 ? 0 : -1 << (BITS - prefixLength);
  }

  /** Address and prefix length, such as {@code 192.168.1.0/24}; no prefix length for 32. */
  @Override
  public String toString() {
    String dotted =
        (address >>> 24)
            + "."
            + (address >>> 16 & 0xFF)
            + "."
            + (address >>> 8 & 0xFF)
            + "."
            + (address & 0xFF);
    return prefixLength == BITS ? dotted : dotted + "/" + prefixLength;
  }
}
