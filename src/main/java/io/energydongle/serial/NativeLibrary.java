// SPDX-License-Identifier: Apache-2.0
package io.energydongle.serial;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/**
 * Loads jSerialComm's native library from a folder that nobody else can write to. Left to itself,
 * jSerialComm 2.11.4 unpacks it into a world-writable folder below the temporary directory and
 * loads whatever lies there.
 *
 * <p>Source: {@code dependencies.md} section 5.
 */
final class NativeLibrary {

  private static final String PATH_PROPERTY = "jSerialComm.library.path";
  private static final String FILE_NAME = "libjSerialComm.so";

  private NativeLibrary() {}

  /**
   * Makes sure that the library comes from a safe place. To be called before the class SerialPort
   * is touched.
   *
   * @throws PortException when there is no library for this machine, or no folder for it.
   */
  static void prepare() throws PortException {
    if (!System.getProperty(PATH_PROPERTY, "").isEmpty()) {
      return;
    }
    String resource = "/Linux/" + architecture() + "/" + FILE_NAME;
    // The class literal alone does not initialise the class, and so loads nothing.
    try (InputStream in = SerialPort.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new PortException(
            "no serial library for a processor of kind " + System.getProperty("os.arch"),
            "set -D" + PATH_PROPERTY + "= to a folder that holds " + FILE_NAME);
      }
      Path folder = privateFolder();
      Path library = folder.resolve(FILE_NAME);
      Files.copy(in, library);
      // If it cannot be loaded, jSerialComm would go on to the unsafe place by itself.
      System.load(library.toString());
      System.setProperty(PATH_PROPERTY, folder.toString());
      // Linux keeps a loaded library alive without its name.
      library.toFile().deleteOnExit();
      folder.toFile().deleteOnExit();
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new PortException(
          "the serial library cannot be loaded: " + e.getMessage(),
          "set -D" + PATH_PROPERTY + "= to a folder that holds " + FILE_NAME);
    }
  }

  private static Path privateFolder() throws IOException {
    var onlyOwner =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    String runtime = System.getenv("RUNTIME_DIRECTORY");
    return runtime == null
        ? Files.createTempDirectory("energy-dongle-", onlyOwner)
        : Files.createTempDirectory(Path.of(runtime), "native-", onlyOwner);
  }

  private static String architecture() {
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return switch (arch) {
      case "amd64", "x86_64" -> "x86_64";
      case "i386", "i686", "x86" -> "x86";
      case "aarch64", "arm64" -> "armv8_64";
      default -> "armv7hf";
    };
  }
}
