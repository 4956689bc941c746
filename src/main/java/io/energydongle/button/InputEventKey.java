// SPDX-License-Identifier: Apache-2.0
package io.energydongle.button;

import io.energydongle.config.BoardConfig;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A button that the kernel reports as a key of an input device, found by the name of the device.
 *
 * <p>A record is a {@code struct input_event}: two longs for the time, type and code as 16 bits,
 * value as 32 bits, in the byte order of the machine. A long has the size of the user land, so a
 * record has 24 or 16 bytes. Its time is not used: it is wall clock, and jumps.
 *
 * <p>Source: {@code platform.md} section 5; Linux include/uapi/linux/input.h.
 */
public final class InputEventKey implements Key {

  private static final int RECORDS = 16;
  private static final int TYPE_SYN = 0;
  private static final int SYN_DROPPED = 3;
  private static final int TYPE_KEY = 1;
  private static final int UP = 0;
  private static final int DOWN = 1;

  private final FileChannel device;
  private final int keyCode;
  private final int recordBytes;
  private final ByteBuffer bytes;

  /**
   * Events of an open device.
   *
   * @param longBytes size of a long in the user land, 8 or 4.
   */
  InputEventKey(FileChannel device, int keyCode, int longBytes) {
    this.device = device;
    this.keyCode = keyCode;
    this.recordBytes = 2 * longBytes + 8;
    this.bytes = ByteBuffer.allocate(RECORDS * recordBytes).order(ByteOrder.nativeOrder());
    bytes.flip();
  }

  /** Opens the button that the board file names. */
  public static Key find(BoardConfig.Button board) throws KeyException {
    Path device = device(board);
    try {
      FileChannel channel = FileChannel.open(device, StandardOpenOption.READ);
      return new InputEventKey(channel, board.keyCode(), longBytes());
    } catch (AccessDeniedException e) {
      throw new KeyException(
          "The button cannot be read: "
              + device
              + " may not be opened by this user. Add the user to the group of the device (mostly"
              + " input).");
    } catch (IOException e) {
      throw new KeyException(
          "The button cannot be read: " + e + ". Check its overlay in config.txt.");
    }
  }

  private static Path device(BoardConfig.Button board) throws KeyException {
    try (DirectoryStream<Path> events = Files.newDirectoryStream(board.classDir(), "event[0-9]*")) {
      for (Path event : events) {
        if (name(event).equals(Optional.of(board.name()))) {
          return board.inputDir().resolve(String.valueOf(event.getFileName()));
        }
      }
    } catch (IOException e) {
      throw new KeyException(
          "The button was not found: "
              + board.classDir()
              + " cannot be read. This system has no input devices; presses on the page do the"
              + " same.");
    }
    throw new KeyException(
        "The button was not found: no input device is called \""
            + board.name()
            + "\". Add its overlay to config.txt, or name it in the board file (button).");
  }

  /** A device may vanish while it is looked at. */
  private static Optional<String> name(Path event) {
    try {
      return Optional.of(
          Files.readString(event.resolve("device/name"), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int longBytes() {
    return "32".equals(System.getProperty("sun.arch.data.model")) ? 4 : 8;
  }

  @Override
  public Event next() throws IOException {
    while (true) {
      while (bytes.remaining() >= recordBytes) {
        Optional<Event> event = take();
        if (event.isPresent()) {
          return event.get();
        }
      }
      bytes.compact();
      int count = device.read(bytes);
      bytes.flip();
      if (count < 0) {
        throw new EOFException("the device has ended");
      }
    }
  }

  private Optional<Event> take() {
    int end = bytes.position() + recordBytes;
    int type = bytes.getShort(end - 8) & 0xFFFF;
    int code = bytes.getShort(end - 6) & 0xFFFF;
    int value = bytes.getInt(end - 4);
    bytes.position(end);
    if (type == TYPE_SYN && code == SYN_DROPPED) {
      return Optional.of(Event.UNKNOWN);
    }
    if (type != TYPE_KEY || code != keyCode) {
      return Optional.empty();
    }
    return switch (value) {
      case UP -> Optional.of(Event.RELEASED);
      case DOWN -> Optional.of(Event.PRESSED);
      // A repeat says nothing new, and a button held since before the start stays unknown.
      default -> Optional.empty();
    };
  }

  @Override
  public void close() {
    try {
      device.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
