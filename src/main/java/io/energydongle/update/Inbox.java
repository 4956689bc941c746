// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Optional;
import java.util.Set;

/**
 * The gateway's {@link UpdateFolder} as root reads it. Folder and files are opened once, relative
 * to each other and never through a link, so that whoever may write there cannot lead root
 * elsewhere by swapping something between two looks.
 */
final class Inbox implements Closeable {

  private static final int REQUEST_BYTES_MAX = 2048;

  private final SecureDirectoryStream<Path> stateDir;
  private final SecureDirectoryStream<Path> dir;

  private Inbox(SecureDirectoryStream<Path> stateDir, SecureDirectoryStream<Path> dir) {
    this.stateDir = stateDir;
    this.dir = dir;
  }

  @SuppressWarnings("StreamResourceLeak") // Closed by close().
  static Inbox open(Path stateDir) throws IOException {
    SecureDirectoryStream<Path> outer = secure(Files.newDirectoryStream(stateDir));
    try {
      Path name = Path.of(UpdateFolder.NAME);
      return new Inbox(outer, outer.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException | RuntimeException e) {
      outer.close();
      throw e;
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this system cannot open files relative to a folder");
  }

  /** What is asked for, taken away; empty when nothing is. */
  Optional<String> takeRequest() throws IOException {
    Path name = Path.of(UpdateFolder.REQUEST);
    try (InputStream in = file(name)) {
      String text = new String(in.readNBytes(REQUEST_BYTES_MAX), StandardCharsets.UTF_8);
      return Optional.of(text.lines().findFirst().orElse(""));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } finally {
      delete(name);
    }
  }

  /** The release that waits. */
  InputStream staged() throws Refusal, IOException {
    try {
      return file(Path.of(UpdateFolder.STAGED));
    } catch (NoSuchFileException e) {
      throw new Refusal("nothing-there", "There is no release to install. Bring it once more.");
    }
  }

  /** Takes the release away, which root has a copy of. */
  void deleteStaged() throws IOException {
    delete(Path.of(UpdateFolder.STAGED));
  }

  private void delete(Path name) throws IOException {
    try {
      dir.deleteFile(name);
    } catch (NoSuchFileException e) {
      // Gone already.
    }
  }

  private InputStream file(Path name) throws IOException {
    BasicFileAttributeView view =
        dir.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (!view.readAttributes().isRegularFile()) {
      throw new IOException(name + " is no file; somebody has put something else there");
    }
    return Channels.newInputStream(
        dir.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
  }

  @Override
  public void close() throws IOException {
    dir.close();
    stateDir.close();
  }
}
