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
 * A real serial port. Always opened with eight bits and no parity, see {@link LineSetting}.
 *
 * <p>Source: {@code platform.md} section 6, {@code dependencies.md} section 5.
 */
public final class SerialMeterPorts implements MeterPorts {

  private static final int READ_TIMEOUT_MILLIS = 1000;
  private static final int DATA_BITS = 8;

  private final Path device;
  private boolean libraryReady;

  /** A port at {@code device}, which may be a symbolic link and need not be there yet. */
  public SerialMeterPorts(Path device) {
    this.device = device;
  }

  @Override
  public String name() {
    return device.toString();
  }

  @Override
  public MeterPort open(LineSetting line) throws PortException {
    if (!libraryReady) {
      NativeLibrary.load();
      libraryReady = true;
    }
    // Given a missing file, jSerialComm would try its name below /dev instead.
    if (!Files.exists(device)) {
      throw new PortException(
          "there is no device " + device,
          "plug in the meter cable, or set meter.port in the board file; ports here: " + others());
    }
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      throw new PortException(
          "the device " + device + " may not be opened by this user",
          "add the user to the group of the device (mostly dialout)");
    }
    return new OpenPort(opened(line), device);
  }

  private SerialPort opened(LineSetting line) throws PortException {
    SerialPort port;
    try {
      port = SerialPort.getCommPort(device.toString());
    } catch (SerialPortInvalidPortException e) {
      throw new PortException(
          "the device " + device + " has just vanished", "plug in the meter cable");
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

  private static final class OpenPort implements MeterPort {
    private final SerialPort port;
    private final Path device;

    OpenPort(SerialPort port, Path device) {
      this.port = port;
      this.device = device;
    }

    @Override
    public int read(byte[] buffer) throws PortException {
      int count = port.readBytes(buffer, buffer.length);
      // A lost device answers at once and for ever, while isOpen() stays true.
      if (count < 0) {
        throw new PortException(
            "the device " + device + " has vanished", "check cable and adapter of the meter");
      }
      return count;
    }

    @Override
    public void close() {
      port.closePort();
    }
  }
}
