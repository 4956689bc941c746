// SPDX-License-Identifier: Apache-2.0
package io.energydongle.copy;

import io.energydongle.status.CopyStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;

/** One TCP client of the copy. Used by the thread of the server, except for its queue. */
final class Follower {

  private static final int CHUNK_BYTES = 1024;
  private static final int DISCARD_BYTES = 256;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final String address;
  private final TelegramQueue queue = new TelegramQueue(true);
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final ByteBuffer discarded = ByteBuffer.allocate(DISCARD_BYTES);
  private ByteBuffer rest = ByteBuffer.allocate(0);
  private long progressNanos;
  private final AtomicLong sent = new AtomicLong();

  Follower(SocketChannel channel, SelectionKey key, String address, long nowNanos) {
    this.channel = channel;
    this.key = key;
    this.address = address;
    this.progressNanos = nowNanos;
  }

  TelegramQueue queue() {
    return queue;
  }

  /** Sends what it takes now. */
  void send(long nowNanos) throws IOException {
    while (true) {
      if (!rest.hasRemaining()) {
        int count = queue.take(chunk);
        if (count == 0) {
          key.interestOps(SelectionKey.OP_READ);
          progressNanos = nowNanos;
          return;
        }
        rest = ByteBuffer.wrap(chunk, 0, count);
      }
      int count = channel.write(rest);
      sent.addAndGet(count);
      if (count > 0) {
        progressNanos = nowNanos;
      }
      if (rest.hasRemaining()) {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return;
      }
    }
  }

  /** Throws away what it sends; false when it has left. */
  boolean listen() throws IOException {
    discarded.clear();
    return channel.read(discarded) >= 0;
  }

  /** Time since it last took a byte, or had none to take. */
  long stuckNanos(long nowNanos) {
    return nowNanos - progressNanos;
  }

  CopyStatus.Client status() {
    return new CopyStatus.Client(address, sent.get(), queue.lost());
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
