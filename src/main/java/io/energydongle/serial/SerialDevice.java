// SPDX-License-Identifier: Apache-2.0
package io.energydongle.serial;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import io.energydongle.config.LineSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Opens serial ports, one at a time. Always with eight bits and no parity, see {@link LineSetting}.
 *
 * <p>Source: {@code platform.md} section 6, {@code dependencies.md} section 5.
 */
final class SerialDevice {

  private static final int READ_TIMEOUT_MILLIS = 1000;
  private static final int DATA_BITS = 8;

  private static boolean libraryReady;

  private SerialDevice() {}

  /**
   * Opens a device.
   *
   * @param advice what to do when it is not there, a clause without a full stop.
   */
  static synchronized SerialPort open(Path device, LineSetting line, String advice)
      throws PortException {
    if (!libraryReady) {
      NativeLibrary.load();
      libraryReady = true;
    }
    // Given a missing file, jSerialComm would try its name below /dev instead.
    if (!Files.exists(device)) {
      throw new PortException("there is no device " + device, advice + "; ports here: " + others());
    }
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      throw new PortException(
          "the device " + device + " may not be opened by this user",
          "add the user to the group of the device (mostly dialout)");
    }
    SerialPort port;
    try {
      port = SerialPort.getCommPort(device.toString());
    } catch (SerialPortInvalidPortException e) {
      throw new PortException("the device " + device + " has just vanished", advice);
    }
    port.setComPortParameters(
        line.baud(), DATA_BITS, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
    port.setFlowControl(SerialPort.FLOW_CONTROL_DISABLED);
    port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, READ_TIMEOUT_MILLIS, 0);
    // The error code says nothing reliable (a pseudo terminal gives ENOTTY after success).
    if (!port.openPort()) {
      throw new PortException(
          "the device " + device + " cannot be opened",
          "it is no serial port, or another program holds it (ModemManager, ser2net, a terminal);"
              + " stop that program");
    }
    return port;
  }

  private static String others() {
    String names =
        Arrays.stream(SerialPort.getCommPorts())
            .map(SerialPort::getSystemPortPath)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names;
  }
}
