// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.HexFormat;
import java.util.Locale;

/** A Modbus client that sends and receives bytes as it is told, right or wrong. */
public final class RawModbus implements AutoCloseable {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final Socket socket = new Socket();

  /** Connects from 127.0.0.1. */
  public RawModbus(int port) throws IOException {
    this(port, "127.0.0.1");
  }

  /** Connects from another address of the loopback network. */
  public RawModbus(int port, String from) throws IOException {
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
    socket.setSoTimeout(5_000);
    socket.setTcpNoDelay(true);
  }

  /** Sends bytes, given as hexadecimal digits with blanks. */
  public void send(String hex) throws IOException {
    socket.getOutputStream().write(HEX.parseHex(hex.replace(" ", "").toUpperCase(Locale.ROOT)));
  }

  /** Receives one frame, as hexadecimal digits: header blank unit blank the rest. */
  public String receive() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] header = in.readNBytes(6);
    if (header.length < 6) {
      throw new EOFException("closed after " + header.length + " bytes of a header");
    }
    int length = (header[4] & 0xFF) << 8 | (header[5] & 0xFF);
    byte[] rest = in.readNBytes(length);
    if (rest.length < length) {
      throw new EOFException("closed after " + rest.length + " of " + length + " bytes");
    }
    return HEX.formatHex(header)
        + " "
        + HEX.formatHex(rest, 0, 1)
        + " "
        + HEX.formatHex(rest, 1, length);
  }

  /** Sends a frame and receives one. */
  public String ask(String hex) throws IOException {
    send(hex);
    return receive();
  }

  /** Asks for registers of unit 1; gives everything behind function code and byte count. */
  public String read(int function, int first, int quantity) throws IOException {
    String answer =
        ask(String.format("0001 0000 0006 01 %02X %04X %04X", function, first, quantity));
    return answer.split(" ", -1)[2].substring(4);
  }

  /** A float32 with the most significant register first. */
  public float readFloat(int first) throws IOException {
    return Float.intBitsToFloat((int) Long.parseLong(read(3, first, 2), 16));
  }

  /** Waits for the other side to close; false when it does not within the time. */
  public boolean isClosedWithin(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  /** The socket itself. */
  public Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
