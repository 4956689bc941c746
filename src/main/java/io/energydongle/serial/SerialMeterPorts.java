// SPDX-License-Identifier: Apache-2.0
package io.energydongle.serial;

import com.fazecast.jSerialComm.SerialPort;
import io.energydongle.config.LineSetting;
import java.nio.file.Path;

/** A real serial port with a meter at it. */
public final class SerialMeterPorts implements MeterPorts {

  private final Path device;

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
    return new OpenPort(
        SerialDevice.open(
            device, line, "plug in the meter cable, or set meter.port in the board file"),
        device);
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
