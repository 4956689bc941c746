// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the archive of a release: a tar file of nothing but regular files whose names have a place
 * in a release. Anything else is refused, also what a more generous reader would put up with.
 *
 * <p>Source: POSIX.1-2017, pax, "ustar Interchange Format".
 */
final class Tar {

  private static final int BLOCK = 512;
  private static final int FILES_MAX = 32;
  private static final Pattern NAME =
      Pattern.compile(
          "energy-dongle\\.jar|jvm\\.options|make-archive|red-light"
              + "|lib/(arm64|armhf|amd64)/libjSerialComm\\.so");

  /** Takes the files one after the other; it need not read them to their end. */
  interface Visitor {
    /** A file of so many bytes. */
    void file(String name, InputStream content, long bytes) throws IOException;
  }

  private final InputStream in;
  private long left;

  private Tar(InputStream in, long bytes) {
    this.in = in;
    this.left = bytes;
  }

  /** Reads an archive of so many bytes. */
  static void read(InputStream in, long bytes, Visitor visitor) throws Refusal, IOException {
    new Tar(in, bytes).read(visitor);
  }

  private void read(Visitor visitor) throws Refusal, IOException {
    Set<String> names = new HashSet<>();
    byte[] header = block();
    while (!isZero(header)) {
      String name = check(header);
      if (!names.add(name)) {
        throw bad("holds \"" + name + "\" twice");
      }
      if (names.size() > FILES_MAX) {
        throw bad("holds more than " + FILES_MAX + " files");
      }
      long size = octal(header, 124, 12).orElse(-1L);
      long padded = (size + BLOCK - 1) / BLOCK * BLOCK;
      if (size < 0 || padded > left) {
        throw bad("ends within \"" + name + "\"");
      }
      Part part = new Part(size);
      visitor.file(name, part, size);
      part.transferTo(java.io.OutputStream.nullOutputStream());
      skip(padded - size);
      header = block();
    }
    while (left > 0) {
      if (!isZero(block())) {
        throw bad("holds something behind its end");
      }
    }
    if (!names.contains("energy-dongle.jar") || !names.contains("jvm.options")) {
      throw bad("lacks energy-dongle.jar or jvm.options");
    }
  }

  private static String check(byte[] header) throws Refusal {
    String name = text(header, 0, 100);
    char type = (char) header[156];
    if (!text(header, 257, 6).equals("ustar") || sum(header) != octal(header, 148, 8).orElse(-1L)) {
      throw bad("is no tar file, or damaged");
    }
    if (type == '1' || type == '2') {
      throw bad(
          "holds a link, \"" + shown(name) + "\" to \"" + shown(text(header, 157, 100)) + "\"");
    }
    if (type != '0') {
      throw bad("holds \"" + shown(name) + "\", which is no file");
    }
    if (header[345] != 0 || name.startsWith("/") || name.contains("..")) {
      throw bad("holds a file that would leave the folder of the release, \"" + shown(name) + "\"");
    }
    if (!NAME.matcher(name).matches()) {
      throw bad("holds \"" + shown(name) + "\", which has no place in a release");
    }
    return name;
  }

  private static Refusal bad(String what) {
    return new Refusal(
        "bad-archive", "The archive " + what + ". The release was made wrongly; tell who made it.");
  }

  /** Nothing of a stranger's file gets into a log as it is. */
  private static String shown(String name) {
    return name.replaceAll("[^A-Za-z0-9._/-]", "?");
  }

  private static String text(byte[] header, int at, int most) {
    int end = at;
    while (end < at + most && header[end] != 0) {
      end++;
    }
    return new String(header, at, end - at, StandardCharsets.ISO_8859_1);
  }

  private static Optional<Long> octal(byte[] header, int at, int length) {
    String digits = text(header, at, length).strip();
    return digits.matches("[0-7]{1,11}")
        ? Optional.of(Long.parseLong(digits, 8))
        : Optional.empty();
  }

  private static long sum(byte[] header) {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
    }
    return sum;
  }

  private static boolean isZero(byte[] block) {
    for (byte each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private byte[] block() throws Refusal, IOException {
    if (left < BLOCK) {
      throw bad("has no end");
    }
    byte[] block = in.readNBytes(BLOCK);
    if (block.length < BLOCK) {
      throw new EOFException("the archive became shorter");
    }
    left -= BLOCK;
    return block;
  }

  private void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
    left -= bytes;
  }

  /** One file of the archive. */
  private final class Part extends InputStream {
    private long remaining;

    Part(long size) {
      remaining = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int at, int most) throws IOException {
      if (remaining == 0) {
        return -1;
      }
      int count = in.read(to, at, (int) Math.min(most, remaining));
      if (count < 0) {
        throw new EOFException("the archive became shorter");
      }
      remaining -= count;
      left -= count;
      return count;
    }
  }
}
