// SPDX-License-Identifier: Apache-2.0
package io.energydongle.gpio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One GPIO line, taken over from the kernel's GPIO character device (version 2, Linux 5.10). Found
 * by the label of its chip and its number there, or by its own name; never by the number of the
 * chip, which is no contract.
 *
 * <p>Source: Linux include/uapi/linux/gpio.h; {@code platform.md} section 5.
 */
public final class GpioLine implements AutoCloseable {

  private static final long GET_CHIP_INFO = 0x8044B401L;
  private static final long GET_LINE_INFO = 0xC100B405L;
  private static final long GET_LINE = 0xC250B407L;
  private static final long GET_VALUES = 0xC010B40EL;
  private static final long SET_VALUES = 0xC010B40FL;

  private static final int NAME_BYTES = 32;
  private static final int CHIP_INFO_BYTES = 68;
  private static final int CHIP_LINES_AT = 64;
  private static final int LINE_INFO_BYTES = 256;
  private static final int LINE_OFFSET_AT = 64;
  private static final int REQUEST_BYTES = 592;
  private static final int REQUEST_CONSUMER_AT = 256;
  private static final int REQUEST_FLAGS_AT = 288;
  private static final int REQUEST_LINES_AT = 560;
  private static final int REQUEST_DESCRIPTOR_AT = 588;
  private static final int VALUES_BYTES = 16;

  private static final long ACTIVE_LOW = 1 << 1;
  private static final long INPUT = 1 << 2;
  private static final long OUTPUT = 1 << 3;
  private static final long PULL_UP = 1 << 8;

  private static final String CONSUMER = "energy-dongle";

  private final SystemCalls calls;
  private final int descriptor;
  private final ByteBuffer values = buffer(VALUES_BYTES);

  private GpioLine(SystemCalls calls, int descriptor) {
    this.calls = calls;
    this.descriptor = descriptor;
  }

  /**
   * Takes a line over that drives something; it is off at first.
   *
   * @param place {@code label:number} of chip and line, or the name of the line.
   * @param activeLow true when a low level means on.
   */
  public static GpioLine output(String place, boolean activeLow) throws GpioException {
    return take(place, OUTPUT | (activeLow ? ACTIVE_LOW : 0));
  }

  /**
   * Takes a line over that is read.
   *
   * @param place {@code label:number} of chip and line, or the name of the line.
   * @param activeLow true when a low level means on; the line is pulled up then.
   */
  public static GpioLine input(String place, boolean activeLow) throws GpioException {
    return take(place, INPUT | (activeLow ? ACTIVE_LOW | PULL_UP : 0));
  }

  /** Switches what it drives. */
  public void set(boolean on) throws GpioException {
    values.putLong(0, on ? 1 : 0).putLong(8, 1);
    if (calls.ioctl(descriptor, SET_VALUES, values) < 0) {
      throw new GpioException("The GPIO line cannot be switched any more. Restart the device.");
    }
  }

  /** Reads whether it is on. */
  public boolean isOn() throws GpioException {
    values.putLong(0, 0).putLong(8, 1);
    if (calls.ioctl(descriptor, GET_VALUES, values) < 0) {
      throw new GpioException("The GPIO line cannot be read any more. Restart the device.");
    }
    return (values.getLong(0) & 1) != 0;
  }

  /** Gives the line back to the kernel. */
  @Override
  public void close() {
    calls.close(descriptor);
  }

  private static GpioLine take(String place, long flags) throws GpioException {
    SystemCalls calls = SystemCalls.load();
    try (DirectoryStream<Path> chips =
        Files.newDirectoryStream(Path.of("/dev"), "gpiochip[0-9]*")) {
      for (Path chip : chips) {
        int device = calls.open(chip.toString());
        if (device < 0) {
          continue;
        }
        try {
          int number = numberOf(calls, device, place);
          if (number >= 0) {
            return request(calls, device, place, number, flags);
          }
        } finally {
          calls.close(device);
        }
      }
    } catch (IOException e) {
      throw new GpioException("GPIO chips cannot be looked for: " + e + ".");
    }
    throw new GpioException(
        "The GPIO line "
            + place
            + " was not found. Compare it with the output of gpioinfo; the user needs the right to"
            + " open /dev/gpiochip* (group gpio).");
  }

  /** The number of the line on this chip; -1 when it is not there. */
  private static int numberOf(SystemCalls calls, int device, String place) {
    ByteBuffer info = buffer(CHIP_INFO_BYTES);
    if (calls.ioctl(device, GET_CHIP_INFO, info) < 0) {
      return -1;
    }
    int lines = info.getInt(CHIP_LINES_AT);
    int colon = place.lastIndexOf(':');
    if (colon > 0 && text(info, NAME_BYTES).equals(place.substring(0, colon))) {
      String digits = place.substring(colon + 1);
      boolean fits = digits.matches("[0-9]{1,4}") && Integer.parseInt(digits) < lines;
      return fits ? Integer.parseInt(digits) : -1;
    }
    for (int number = 0; number < lines; number++) {
      ByteBuffer line = buffer(LINE_INFO_BYTES).putInt(LINE_OFFSET_AT, number);
      if (calls.ioctl(device, GET_LINE_INFO, line) >= 0 && text(line, 0).equals(place)) {
        return number;
      }
    }
    return -1;
  }

  private static GpioLine request(
      SystemCalls calls, int device, String place, int number, long flags) throws GpioException {
    ByteBuffer request = buffer(REQUEST_BYTES);
    request.putInt(0, number);
    request.put(REQUEST_CONSUMER_AT, CONSUMER.getBytes(StandardCharsets.US_ASCII));
    request.putLong(REQUEST_FLAGS_AT, flags);
    request.putInt(REQUEST_LINES_AT, 1);
    if (calls.ioctl(device, GET_LINE, request) < 0) {
      throw new GpioException(
          "The GPIO line "
              + place
              + " is taken by something else. Look with gpioinfo what holds it, and take that out"
              + " of config.txt.");
    }
    return new GpioLine(calls, request.getInt(REQUEST_DESCRIPTOR_AT));
  }

  private static String text(ByteBuffer buffer, int from) {
    byte[] name = new byte[NAME_BYTES];
    buffer.get(from, name);
    int length = 0;
    while (length < NAME_BYTES && name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
