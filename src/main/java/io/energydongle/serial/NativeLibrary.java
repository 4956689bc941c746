// SPDX-License-Identifier: Apache-2.0
package io.energydongle.serial;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads jSerialComm's native library through a folder that nobody else can write to. Left to
 * itself, jSerialComm 2.11.4 unpacks it into a world-writable folder below the temporary directory,
 * and loads whatever lies there already; it does so, too, when a folder that was named to it does
 * not serve. It asks for the temporary and the home directory once, when its class is initialised,
 * and is told another one then.
 *
 * <p>Source: {@code dependencies.md} section 5.
 */
final class NativeLibrary {

  private static final List<String> UNSAFE_PLACES = List.of("java.io.tmpdir", "user.home");

  private NativeLibrary() {}

  /**
   * Initialises jSerialComm. To be called before any of its classes is used.
   *
   * @throws PortException when the library cannot be loaded on this machine.
   */
  static void load() throws PortException {
    try {
      Path folder = privateFolder();
      List<String> places = UNSAFE_PLACES.stream().map(System::getProperty).toList();
      try {
        UNSAFE_PLACES.forEach(place -> System.setProperty(place, folder.toString()));
        Class.forName(SerialPort.class.getName());
      } finally {
        for (int i = 0; i < places.size(); i++) {
          System.setProperty(UNSAFE_PLACES.get(i), places.get(i));
        }
        // Linux keeps a loaded library alive without its name.
        delete(folder);
      }
    } catch (IOException | ClassNotFoundException | LinkageError e) {
      throw new PortException(
          "the serial library cannot be loaded: " + e,
          "run on Linux on x86 or ARM, with a temporary directory from which programs may be run,"
              + " or set -DjSerialComm.library.path= to a folder that holds libjSerialComm.so");
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

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
