// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Takes a release from a stream into a file, checking everything there is to check on the way: the
 * signature before a byte is written, the rest before the file gets its name. Both the gateway and
 * the part that runs as root take releases this way, each from its own source into its own folder.
 */
final class Intake {

  private static final int PART_BYTES = 16 * 1024;

  /** Where the archive is when it does not follow the manifest. */
  interface Elsewhere {
    InputStream open(Manifest manifest) throws Refusal, IOException;
  }

  /** A source that is complete, or refused. */
  static final Elsewhere NOWHERE =
      manifest -> {
        throw new Refusal(
            "truncated",
            "The file ends before its archive: it is the manifest of a release, not the release.");
      };

  /** Told how far it has got. */
  interface Progress {
    /** So many bytes of the archive have arrived. */
    void arrived(Manifest manifest, long bytes);
  }

  /** Decides about a manifest whose signature is good. */
  interface Admission {
    void admit(Manifest manifest) throws Refusal;
  }

  private final UpdateKeys keys;
  private final Admission admission;
  private final Progress progress;

  /** An intake of the releases that are admitted. */
  Intake(UpdateKeys keys, Admission admission, Progress progress) {
    this.keys = keys;
    this.admission = admission;
    this.progress = progress;
  }

  /**
   * Takes a release.
   *
   * @param to the file it becomes; whatever happens, there is a whole release there or none.
   */
  ReleaseHead take(InputStream from, Elsewhere elsewhere, Path to) throws Refusal, IOException {
    PushbackInputStream in = new PushbackInputStream(new BufferedInputStream(from, PART_BYTES));
    ReleaseHead head = ReleaseHead.read(in, keys);
    Manifest manifest = head.manifest();
    admission.admit(manifest);
    Files.createDirectories(to.toAbsolutePath().getParent());
    requireRoom(to, manifest);
    Path arriving = to.resolveSibling("arriving");
    Files.deleteIfExists(arriving);
    try {
      int next = in.read();
      if (next >= 0) {
        in.unread(next);
        write(head, in, arriving);
      } else {
        try (InputStream archive = elsewhere.open(manifest)) {
          write(head, archive, arriving);
        }
      }
      checkArchive(head, arriving);
      Files.move(arriving, to, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      return head;
    } finally {
      Files.deleteIfExists(arriving);
    }
  }

  /** Room for the file itself; what it unpacks to is as large again. */
  static void requireRoom(Path to, Manifest manifest) throws Refusal, IOException {
    // Not by Files.getFileStore: it looks for the mount point, which the sandbox of the service
    // hides.
    File dir = to.toAbsolutePath().toFile().getParentFile();
    requireRoom(dir == null ? 0 : dir.getUsableSpace(), manifest.sizeBytes());
  }

  static void requireRoom(long freeBytes, long sizeBytes) throws Refusal {
    long needed = 4 * sizeBytes + 16 * 1024 * 1024;
    if (freeBytes < needed) {
      throw new Refusal(
          "disk-full",
          "The disk has "
              + freeBytes / 1_000_000
              + " MB left, and this release needs "
              + (needed / 1_000_000 + 1)
              + " MB for a while. Make room: sudo apt clean; sudo journalctl --vacuum-size=16M.");
    }
  }

  private void write(ReleaseHead head, InputStream in, Path to) throws Refusal, IOException {
    MessageDigest digest = sha256();
    long expected = head.manifest().sizeBytes();
    long count = 0;
    byte[] part = new byte[PART_BYTES];
    try (FileOutputStream out = new FileOutputStream(to.toFile())) {
      out.write(head.text().getBytes(StandardCharsets.UTF_8));
      int got = in.read(part, 0, (int) Math.min(part.length, expected));
      while (got > 0) {
        out.write(part, 0, got);
        digest.update(part, 0, got);
        count += got;
        progress.arrived(head.manifest(), count);
        got =
            count == expected ? 0 : in.read(part, 0, (int) Math.min(part.length, expected - count));
      }
      out.getFD().sync();
    }
    if (count < expected) {
      throw new Refusal(
          "truncated",
          "The release ends after " + count + " of " + expected + " bytes. Fetch it again.");
    }
    if (in.read() >= 0) {
      throw new Refusal("too-long", "The file is longer than its manifest says. Fetch it again.");
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(head.manifest().sha256())) {
      throw new Refusal(
          "changed",
          "The archive is not the one that was signed: bytes were changed on the way."
              + " Fetch it again.");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void checkArchive(ReleaseHead head, Path file) throws Refusal, IOException {
    readArchive(head, file, (name, content, bytes) -> {});
  }

  /** Reads the archive of a release that was taken. */
  static void readArchive(ReleaseHead head, Path file, Tar.Visitor visitor)
      throws Refusal, IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), PART_BYTES)) {
      in.skipNBytes(head.text().getBytes(StandardCharsets.UTF_8).length);
      Tar.read(in, head.manifest().sizeBytes(), visitor);
    }
  }
}
