// SPDX-License-Identifier: Apache-2.0
package io.energydongle.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of records of one length, bounded in size, made for SD cards: bytes are only ever appended,
 * and what grew too old goes with its whole file.
 *
 * <p>The log is a row of files {@code <name>-00000001.rec}, {@code -00000002.rec} and so on. Each
 * starts with a header of 16 bytes (magic, version, payload length, CRC-32 of these), then come
 * records of payload and CRC-32, all big-endian. A record whose CRC does not match is passed over,
 * and so is what a torn write left behind the last whole record. A file whose header does not match
 * is set aside as {@code <name>.unreadable}.
 *
 * <p>Not thread safe.
 */
public final class RecordFile {

  private static final Logger LOG = LoggerFactory.getLogger(RecordFile.class);

  /** Length of what every file starts with. */
  public static final int HEADER_BYTES = 16;

  /** Length of what stands behind every payload. */
  public static final int CRC_BYTES = 4;

  private static final int MAGIC = 0x45445246; // "EDRF"
  private static final String SUFFIX = ".rec";
  private static final int NUMBER_DIGITS = 8;
  private static final int BATCH_RECORDS = 1024;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path dir;
  private final String name;
  private final int version;
  private final int payloadBytes;
  private final int recordsPerFile;
  private final int filesKept;

  /** File that the next record goes to when it has room; 0 before the first. */
  private long current;

  /**
   * False when the next record must not go to {@link #current}, for example as it is unreadable.
   */
  private boolean currentUsable;

  /**
   * A log in a directory that need not exist yet.
   *
   * @param version of the payload; files of another one are set aside.
   * @param filesKept full files that stay beside the one being written.
   */
  public RecordFile(
      Path dir, String name, int version, int payloadBytes, int recordsPerFile, int filesKept) {
    this.dir = dir;
    this.name = name;
    this.version = version;
    this.payloadBytes = payloadBytes;
    this.recordsPerFile = recordsPerFile;
    this.filesKept = filesKept;
  }

  /** Hands every whole record over, oldest first. Never throws: what cannot be read is left out. */
  public void readAll(Consumer<ByteBuffer> eachPayload) {
    try {
      for (Map.Entry<Long, Path> file : files().entrySet()) {
        current = file.getKey();
        currentUsable = readFile(file.getValue(), eachPayload);
      }
    } catch (IOException e) {
      currentUsable = false;
      LOG.error("cannot list {}: {}", dir, e.toString());
    }
  }

  private boolean readFile(Path file, Consumer<ByteBuffer> eachPayload) {
    ByteBuffer bytes;
    try {
      bytes = content(file);
    } catch (IOException e) {
      LOG.error("cannot read {}: {}", file, e.toString());
      return false;
    }
    if (bytes.remaining() < HEADER_BYTES || !bytes.slice(0, HEADER_BYTES).equals(header())) {
      setAside(file);
      return false;
    }
    int recordBytes = payloadBytes + CRC_BYTES;
    int spoilt = 0;
    for (int at = HEADER_BYTES; at + recordBytes <= bytes.limit(); at += recordBytes) {
      ByteBuffer payload = bytes.slice(at, payloadBytes);
      if (crc(payload.duplicate()) == bytes.getInt(at + payloadBytes)) {
        eachPayload.accept(payload);
      } else {
        spoilt++;
      }
    }
    if (spoilt > 0) {
      LOG.warn("{}: {} damaged records were passed over", file, spoilt);
    }
    return true;
  }

  private ByteBuffer content(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), fileBytes()));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Reads on until all is there.
      }
      return bytes.flip();
    }
  }

  private void setAside(Path file) {
    Path aside = dir.resolve(name + ".unreadable");
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn("{} cannot be used and is kept as {}", file, aside);
    } catch (IOException e) {
      LOG.error("cannot set {} aside: {}", file, e.toString());
    }
  }

  /**
   * Appends records and forces them to the disk. When it throws, some of them may be in the log all
   * the same.
   *
   * @param payloads whole payloads, one behind the other.
   */
  public void append(ByteBuffer payloads) throws IOException {
    Files.createDirectories(dir);
    while (payloads.hasRemaining()) {
      appendToOneFile(payloads);
    }
  }

  private void appendToOneFile(ByteBuffer payloads) throws IOException {
    long room = currentUsable ? room(path(current)) : 0;
    if (room == 0) {
      startFile();
      room = recordsPerFile;
    }
    try (FileChannel channel = FileChannel.open(path(current), StandardOpenOption.WRITE)) {
      long at = fileBytes() - room * (payloadBytes + CRC_BYTES);
      try {
        while (room > 0 && payloads.hasRemaining()) {
          int records = (int) Math.min(Math.min(room, BATCH_RECORDS), records(payloads));
          ByteBuffer bytes = withCrc(payloads, records);
          room -= records;
          at = write(channel, bytes, at);
        }
        channel.force(false);
      } catch (IOException e) {
        truncateQuietly(channel);
        throw e;
      }
    }
  }

  private int records(ByteBuffer payloads) {
    return payloads.remaining() / payloadBytes;
  }

  private ByteBuffer withCrc(ByteBuffer payloads, int records) {
    ByteBuffer bytes = ByteBuffer.allocate(records * (payloadBytes + CRC_BYTES));
    for (int i = 0; i < records; i++) {
      ByteBuffer payload = payloads.slice(payloads.position(), payloadBytes);
      bytes.put(payload.duplicate()).putInt(crc(payload));
      payloads.position(payloads.position() + payloadBytes);
    }
    return bytes.flip();
  }

  private static long write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long next = at;
    while (bytes.hasRemaining()) {
      next += channel.write(bytes, next);
    }
    return next;
  }

  /**
   * A part of a record at the end would do no harm, but the next append starts behind whole ones.
   */
  private void truncateQuietly(FileChannel channel) {
    try {
      long whole = (channel.size() - HEADER_BYTES) / (payloadBytes + CRC_BYTES);
      channel.truncate(HEADER_BYTES + whole * (payloadBytes + CRC_BYTES));
    } catch (IOException e) {
      LOG.debug("cannot shorten {}: {}", path(current), e.toString());
    }
  }

  /** Whole records that still fit; 0 when the file is gone. What a torn write left is no record. */
  private long room(Path file) throws IOException {
    try {
      long behindHeader = Files.size(file) - HEADER_BYTES;
      long whole = behindHeader / (payloadBytes + CRC_BYTES);
      return behindHeader < 0 ? 0 : Math.max(0, recordsPerFile - whole);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private void startFile() throws IOException {
    NavigableMap<Long, Path> files = files();
    while (files.size() > filesKept) {
      Files.deleteIfExists(files.pollFirstEntry().getValue());
    }
    // Never the name of a file that is there, readable or not.
    long number = Math.max(current, files.isEmpty() ? 0 : files.lastKey()) + 1;
    Path file = path(number);
    Files.createFile(file, OWNER_ONLY);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      write(channel, header(), 0);
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    try (FileChannel directory = FileChannel.open(dir, StandardOpenOption.READ)) {
      directory.force(true);
    }
    current = number;
    currentUsable = true;
  }

  /**
   * Number of the file that the newest record is in; while {@link #readAll} hands records over, of
   * the file that they come from. 0 before the first.
   */
  public long currentFile() {
    return current;
  }

  /** Deletes one file with all its records; the next record starts another when it was the last. */
  public void deleteFile(long number) throws IOException {
    Files.deleteIfExists(path(number));
    if (number == current) {
      currentUsable = false;
    }
  }

  /** Deletes the whole log, and what was set aside. */
  public void clear() throws IOException {
    for (Path file : files().values()) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(dir.resolve(name + ".unreadable"));
    currentUsable = false;
  }

  private NavigableMap<Long, Path> files() throws IOException {
    NavigableMap<Long, Path> files = new TreeMap<>();
    if (!Files.isDirectory(dir)) {
      return files;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(dir, name + "-*" + SUFFIX)) {
      for (Path file : all) {
        long number = number(file.getFileName().toString());
        if (number > 0) {
          files.put(number, file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return files;
  }

  /** Number of a file; 0 for a name that is none of ours. */
  private long number(String fileName) {
    String digits =
        fileName.substring(name.length() + 1, Math.max(name.length() + 1, fileName.length() - 4));
    boolean ours =
        digits.length() == NUMBER_DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return ours ? Long.parseLong(digits) : 0;
  }

  private Path path(long number) {
    return dir.resolve(String.format(Locale.ROOT, "%s-%08d%s", name, number, SUFFIX));
  }

  private long fileBytes() {
    return HEADER_BYTES + (long) recordsPerFile * (payloadBytes + CRC_BYTES);
  }

  private ByteBuffer header() {
    ByteBuffer header =
        ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC).putInt(version).putInt(payloadBytes);
    return header.putInt(crc(header.slice(0, HEADER_BYTES - CRC_BYTES))).flip();
  }

  private static int crc(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
