// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.function.Consumer;

/**
 * What comes from the broker, with two guards.
 *
 * <p>An end or a fault right after the connect is held back: Paho's connect thread waits for its
 * receiver thread to run, and waits for ever when that has ended before it looked ({@code
 * platform.md} 1.1). And a packet that is larger than anything we asked for ends the connection
 * before Paho makes room for it, which could be 256 MB.
 */
final class GuardedInput extends FilterInputStream {

  /** Largest packet that is taken, bytes; commands end at a sixteenth of it. */
  static final int PACKET_BYTES_MAX = 256 * 1024;

  private static final int LENGTH_BYTES_MAX = 4;

  private final Consumer<Throwable> onFault;
  private final Runnable holdBack;
  private final Runnable onBytes;

  /** Bytes of the running packet that are still to come; 0 where its first byte is awaited. */
  private long left;

  private boolean inLength;
  private int lengthBytes;
  private long length;

  GuardedInput(InputStream in, Consumer<Throwable> onFault, Runnable holdBack, Runnable onBytes) {
    super(in);
    this.onFault = onFault;
    this.holdBack = holdBack;
    this.onBytes = onBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int size) throws IOException {
    try {
      int count = in.read(bytes, offset, size);
      if (count < 0) {
        onFault.accept(new ClosedByBrokerException());
        holdBack.run();
      } else {
        onBytes.run();
        follow(bytes, offset, count);
      }
      return count;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      onFault.accept(e);
      holdBack.run();
      throw e;
    }
  }

  /** Follows the packets (MQTT 3.1.1 section 2.2): one byte, then a length of 1..4 bytes. */
  private void follow(byte[] bytes, int offset, int count) throws IOException {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      if (left > 0) {
        int skipped = (int) Math.min(left, end - at);
        left -= skipped;
        at += skipped;
      } else if (inLength) {
        takeLength(bytes[at++] & 0xFF);
      } else {
        at++;
        inLength = true;
        lengthBytes = 0;
        length = 0;
      }
    }
  }

  private void takeLength(int value) throws IOException {
    length |= (long) (value & 0x7F) << (7 * lengthBytes);
    lengthBytes++;
    boolean more = (value & 0x80) != 0;
    if (length > PACKET_BYTES_MAX || (more && lengthBytes == LENGTH_BYTES_MAX)) {
      throw new PacketTooLargeException(length);
    }
    if (!more) {
      inLength = false;
      left = length;
    }
  }

  /** The broker has ended the connection in an orderly way. */
  static final class ClosedByBrokerException extends IOException {
    private static final long serialVersionUID = 1L;

    ClosedByBrokerException() {
      super("closed by the broker");
    }
  }

  /** The broker began to send something that is no command of ours. */
  static final class PacketTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    PacketTooLargeException(long bytes) {
      super("a packet of at least " + bytes + " bytes");
    }
  }
}
