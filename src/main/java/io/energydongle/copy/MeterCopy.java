// SPDX-License-Identifier: Apache-2.0
package io.energydongle.copy;

import io.energydongle.config.LineSetting;
import io.energydongle.config.OutputSettings;
import io.energydongle.serial.CopyPort;
import io.energydongle.serial.MeterPort;
import io.energydongle.serial.MeterPorts;
import io.energydongle.serial.PortException;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.CopyStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the bytes of the meter, exactly as they come, to a second serial port and to TCP clients.
 * Whoever follows sees whole telegrams only, however slow it is, and never holds the reader up.
 *
 * <p>Source: {@code product.md} M1.5; {@code platform.md} section 6 "P1 ext".
 */
public final class MeterCopy {

  private static final Logger LOG = LoggerFactory.getLogger(MeterCopy.class);

  private final Optional<SerialCopy> serial;
  private final String address;
  private final MonotonicClock clock;
  private final TelegramStarts starts = new TelegramStarts();
  private int tcpPort;
  private OutputSettings outputs = OutputSettings.DEFAULT;
  private volatile @Nullable TcpCopy tcp;

  /**
   * A copy that writes nothing before {@link #start()}.
   *
   * @param serialPort the second serial port; empty for none.
   * @param address IPv4 address that the TCP port listens on.
   */
  public MeterCopy(Optional<CopyPort.Opener> serialPort, String address, MonotonicClock clock) {
    this.serial = serialPort.map(SerialCopy::new);
    this.address = address;
    this.clock = clock;
  }

  /** The same ports, but every byte that is read from them is copied. */
  public MeterPorts tapped(MeterPorts ports) {
    return new MeterPorts() {
      @Override
      public String name() {
        return ports.name();
      }

      @Override
      public MeterPort open(LineSetting line) throws PortException {
        MeterPort port = ports.open(line);
        serial.ifPresent(copy -> copy.use(line));
        return new MeterPort() {
          @Override
          public int read(byte[] buffer) throws PortException {
            int count = port.read(buffer);
            if (count > 0) {
              copy(buffer, count);
            }
            return count;
          }

          @Override
          public void close() {
            port.close();
          }
        };
      }
    };
  }

  /** Begins. */
  public void start() {
    serial.ifPresent(SerialCopy::start);
  }

  /** Opens, moves or closes the TCP port. */
  public synchronized void use(OutputSettings changed) {
    boolean same = changed.copyPort() == tcpPort && changed.copyAllow().equals(outputs.copyAllow());
    outputs = changed;
    if (same) {
      return;
    }
    stopTcp();
    tcpPort = changed.copyPort();
    if (tcpPort == 0) {
      return;
    }
    try {
      TcpCopy opened =
          new TcpCopy(new InetSocketAddress(address, tcpPort), changed.copyAllow(), clock);
      opened.start();
      tcp = opened;
    } catch (IOException e) {
      LOG.error("the bytes of the meter cannot be copied over TCP: {}", e.toString());
    }
  }

  /** Ends; takes at most half a second. */
  public synchronized void stop() {
    serial.ifPresent(SerialCopy::stop);
    stopTcp();
  }

  /** Who gets a copy. */
  public CopyStatus status() {
    return new CopyStatus(
        serial.map(SerialCopy::status), Optional.ofNullable(tcp).map(TcpCopy::status));
  }

  private void stopTcp() {
    TcpCopy open = tcp;
    tcp = null;
    if (open != null) {
      open.stop();
    }
  }

  /** On the thread of the reader: nothing here waits. */
  private void copy(byte[] bytes, int count) {
    TcpCopy open = tcp;
    if (serial.isEmpty() && open == null) {
      return;
    }
    starts.chunk(clock.nanos());
    int from = 0;
    boolean begins = false;
    for (int i = 0; i < count; i++) {
      if (starts.at(bytes[i])) {
        hand(open, bytes, from, i, begins);
        from = i;
        begins = true;
      }
    }
    hand(open, bytes, from, count, begins);
    if (open != null) {
      open.flush();
    }
  }

  private void hand(@Nullable TcpCopy open, byte[] bytes, int from, int to, boolean begins) {
    if (from == to) {
      return;
    }
    serial.ifPresent(copy -> copy.queue().add(bytes, from, to, begins));
    if (open != null) {
      open.add(bytes, from, to, begins);
    }
  }
}
