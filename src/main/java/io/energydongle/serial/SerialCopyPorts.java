// SPDX-License-Identifier: Apache-2.0
package io.energydongle.serial;

import com.fazecast.jSerialComm.SerialPort;
import io.energydongle.config.LineSetting;
import java.nio.file.Path;

/** A real serial port that bytes are copied to. */
public final class SerialCopyPorts implements CopyPort.Opener {

  private final Path device;

  /** A port at {@code device}, which may be a symbolic link and need not be there yet. */
  public SerialCopyPorts(Path device) {
    this.device = device;
  }

  @Override
  public String name() {
    return device.toString();
  }

  @Override
  public CopyPort open(LineSetting line) throws PortException {
    SerialPort port =
        SerialDevice.open(
            device, line, "plug in its adapter, or set meter.copy_port in the board file");
    return new CopyPort() {
      @Override
      public void write(byte[] bytes, int count) throws PortException {
        int done = 0;
        while (done < count) {
          int written = port.writeBytes(bytes, count - done, done);
          if (written < 0) {
            throw new PortException(
                "the device " + device + " has vanished", "check cable and adapter of the P1 copy");
          }
          done += written;
        }
      }

      @Override
      public void close() {
        port.closePort();
      }
    };
  }
}
