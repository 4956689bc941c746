// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Every release that must be refused by version 0.1.0 of epoch 1, with the code and the words. */
final class BadReleases {

  private BadReleases() {}

  /**
   * A bad release.
   *
   * @param name what is wrong.
   * @param code of the refusal.
   * @param words that the sentence must contain.
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Bad(String name, byte[] bytes, String code, String words) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Bad> all() throws IOException {
    List<Bad> all = new ArrayList<>();
    byte[] good = TestRelease.of("0.2.0").bytes();
    int head = TestRelease.of("0.2.0").head().length();
    all.add(
        new Bad(
            "no release",
            "PK\3\4 zip".getBytes(StandardCharsets.US_ASCII),
            "not-a-release",
            "must begin with the line"));
    all.add(new Bad("nothing", new byte[0], "not-a-release", "ends in .edu"));
    byte[] changed = good.clone();
    changed[changed.length - 1100] ^= 1;
    all.add(new Bad("changed byte of the archive", changed, "changed", "bytes were changed"));
    byte[] manifest = good.clone();
    manifest[60] ^= 1;
    all.add(
        new Bad("changed byte of the manifest", manifest, "wrong-signature", "changed on its way"));
    String line = "{\"product\":\"energy-dongle\"}";
    all.add(
        head(
            "signature of another text",
            line,
            TestRelease.sign(line + " "),
            "wrong-signature",
            "signature is wrong"));
    all.add(
        head("signature that is no Base64", line, "?", "wrong-signature", "signature is wrong"));
    all.add(head("no signature", line, "", "no-signature", "only signed releases"));
    String otherEncoding = "\0\0\0../\0\0\0";
    all.add(
        head(
            "signed, but in what looks like UTF-32",
            otherEncoding,
            TestRelease.sign(otherEncoding),
            "malformed-manifest",
            "is not one JSON object"));
    all.add(
        head(
            "signed, but no manifest",
            line,
            TestRelease.sign(line),
            "malformed-manifest",
            "no text \"sha256\""));
    all.add(
        new Bad(
            "cut in the manifest",
            Arrays.copyOf(good, 100),
            "truncated",
            "ends before its manifest"));
    all.add(
        new Bad(
            "cut before the archive",
            Arrays.copyOf(good, head),
            "truncated",
            "ends before its archive"));
    all.add(
        new Bad(
            "cut in the archive",
            Arrays.copyOf(good, good.length - 700),
            "truncated",
            "of " + (good.length - head) + " bytes"));
    all.add(
        new Bad("longer than signed", Arrays.copyOf(good, good.length + 1), "too-long", "longer"));
    TestRelease other = TestRelease.of("0.2.0");
    other.manifest().put("product", "heat-pump");
    all.add(bad("other product", other, "other-product", "\"heat-pump\""));
    TestRelease board = TestRelease.of("0.2.0");
    board.manifest().putArray("board").add("cm4-carrier");
    all.add(bad("wrong board", board, "wrong-board", "this board is called linux"));
    TestRelease java = TestRelease.of("0.2.0");
    java.manifest().put("java", 99);
    all.add(bad("newer Java", java, "java-too-old", "needs Java 99"));
    all.add(
        bad(
            "older version",
            TestRelease.of("0.0.9"),
            "older-version",
            "0.0.9 is older than 0.1.0"));
    all.add(bad("older pre-release", TestRelease.of("0.1.0-rc.1"), "older-version", "older than"));
    all.add(bad("same version", TestRelease.of("0.1.0"), "same-version", "installed already"));
    TestRelease epoch = TestRelease.of("0.2.0");
    epoch.manifest().put("security_epoch", 0);
    all.add(bad("lower epoch", epoch, "epoch-too-low", "security epoch 0"));
    TestRelease far = TestRelease.of("3.0.0");
    far.manifest().put("min_from", "2.0.0");
    all.add(bad("too far ahead", far, "too-far", "from version 2.0.0 on"));
    TestRelease large = TestRelease.of("0.2.0");
    large.manifest().put("size", 64L * 1024 * 1024 + 1);
    all.add(bad("too large", large, "too-large", "67108865 bytes"));
    all.add(
        bad(
            "symbolic link",
            TestRelease.of("0.2.0").entry("lib/x", '2', "/etc/shadow", new byte[0]),
            "bad-archive",
            "a link, \"lib/x\" to \"/etc/shadow\""));
    all.add(
        bad(
            "hard link",
            TestRelease.of("0.2.0").entry("red-light", '1', "/etc/shadow", new byte[0]),
            "bad-archive",
            "a link"));
    all.add(
        bad(
            "path upwards",
            TestRelease.of("0.2.0").file("../../../etc/cron.d/x", ""),
            "bad-archive",
            "would leave the folder"));
    all.add(
        bad(
            "absolute path",
            TestRelease.of("0.2.0").file("/etc/cron.d/x", ""),
            "bad-archive",
            "would leave the folder"));
    all.add(
        bad(
            "device",
            TestRelease.of("0.2.0").entry("sda", '3', "", new byte[0]),
            "bad-archive",
            "no file"));
    all.add(
        bad(
            "folder",
            TestRelease.of("0.2.0").entry("lib/", '5', "", new byte[0]),
            "bad-archive",
            "no file"));
    all.add(
        bad(
            "pax header",
            TestRelease.of("0.2.0").entry("x", 'x', "", new byte[0]),
            "bad-archive",
            "no file"));
    all.add(
        bad("name twice", TestRelease.of("0.2.0").file("jvm.options", ""), "bad-archive", "twice"));
    all.add(
        bad(
            "foreign file",
            TestRelease.of("0.2.0").file("energy-dongle.service", ""),
            "bad-archive",
            "no place in a release"));
    all.add(
        bad(
            "no program",
            new TestRelease("0.2.0").file("jvm.options", ""),
            "bad-archive",
            "lacks energy-dongle.jar"));
    return all;
  }

  private static Bad head(
      String name, String manifest, String signature, String code, String words) {
    String text = "energy-dongle release 1\n" + manifest + "\n" + signature + "\n";
    return new Bad(name, text.getBytes(StandardCharsets.UTF_8), code, words);
  }

  private static Bad bad(String name, TestRelease release, String code, String words)
      throws IOException {
    return new Bad(name, release.bytes(), code, words);
  }
}
