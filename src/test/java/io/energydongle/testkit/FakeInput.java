// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A named pipe that sends what the kernel sends for a push button, and a folder with its name.
 * Layout of a record: Linux include/uapi/linux/input.h, {@code struct input_event}.
 */
public final class FakeInput implements AutoCloseable {

  private final Path dir;
  private final RandomAccessFile kernelEnd;

  /** A device {@code event3} of that name, beside one of another name. */
  public FakeInput(Path dir, String name) throws IOException, InterruptedException {
    this.dir = dir;
    device("event0", "Power Button");
    device("event3", name);
    Path pipe = Files.createDirectories(dir.resolve("dev")).resolve("event3");
    Commands.run("mkfifo", pipe.toString());
    // Opened for reading as well, so that neither end waits for the other.
    kernelEnd = new RandomAccessFile(pipe.toFile(), "rw");
  }

  private void device(String event, String name) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("class").resolve(event).resolve("device"));
    Files.writeString(folder.resolve("name"), name + "\n");
  }

  /** Where devices are. */
  public Path inputDir() {
    return dir.resolve("dev");
  }

  /** Where their names are. */
  public Path classDir() {
    return dir.resolve("class");
  }

  /** Sends a key event and the report that ends it. */
  public void key(int code, int value) throws IOException {
    kernelEnd.write(record(8, 1, code, value));
    kernelEnd.write(record(8, 0, 0, 0));
  }

  /** A record as the kernel of this machine writes it. */
  public static byte[] record(int longBytes, int type, int code, int value) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * longBytes + 8).order(ByteOrder.nativeOrder());
    // A wall clock that makes no sense, because nobody may use it.
    for (int i = 0; i < 2; i++) {
      if (longBytes == 8) {
        bytes.putLong(0x0101010101010101L);
      } else {
        bytes.putInt(0x01010101);
      }
    }
    return bytes.putShort((short) type).putShort((short) code).putInt(value).array();
  }

  @Override
  public void close() throws IOException {
    kernelEnd.close();
  }
}
