// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.modbus.Admission.Seated;
import io.energydongle.modbus.Peers.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * One TCP connection of a client: cuts requests out of the stream and sends the answers in order,
 * one write each. Never blocks. Used by the server thread only.
 *
 * <p>Source: {@code modbus.md} sections 3 and 4.
 */
final class Client {

  private static final long PARTIAL_FRAME_NANOS_MAX = Duration.ofSeconds(2).toNanos();
  private static final long UNREAD_ANSWER_NANOS_MAX = Duration.ofSeconds(2).toNanos();
  private static final long IDLE_NANOS_MAX = Duration.ofMinutes(10).toNanos();

  /** Transaction, protocol and length. */
  private static final int PREFIX_LENGTH = 6;

  private static final int LENGTH_FIELD_MIN = 2;
  private static final int LENGTH_FIELD_MAX = 254;

  /** What became of the connection. */
  enum Outcome {
    OPEN,
    /** The client closed it, or it broke. */
    ENDED,
    /** What came is no Modbus TCP; the stream cannot be trusted any more. */
    VIOLATION
  }

  private final SocketChannel channel;
  private final SelectionKey key;
  private final InetAddress address;
  private final Peer peer;
  private final RequestHandler handler;
  private final PollPeriod period = new PollPeriod();
  private final byte[] frame = new byte[RequestHandler.FRAME_LENGTH_MAX];
  private final ByteBuffer in = ByteBuffer.allocateDirect(4 * RequestHandler.FRAME_LENGTH_MAX);
  private final ByteBuffer out = ByteBuffer.allocateDirect(RequestHandler.FRAME_LENGTH_MAX);

  private boolean everAsked;
  private long lastActiveNanos;
  private long partialSinceNanos;
  private boolean partial;
  private long unsentSinceNanos;

  Client(
      SocketChannel channel,
      SelectionKey key,
      InetAddress address,
      Peer peer,
      RequestHandler handler,
      long nowNanos) {
    this.channel = channel;
    this.key = key;
    this.address = address;
    this.peer = peer;
    this.handler = handler;
    this.lastActiveNanos = nowNanos;
    out.limit(0);
    peer.connected();
  }

  /** Where it comes from. */
  InetAddress address() {
    return address;
  }

  Peer peer() {
    return peer;
  }

  /** What the admission has to know. */
  Seated<Client> seated(long nowNanos) {
    return new Seated<>(this, address, everAsked, nowNanos - lastActiveNanos, period.nanos());
  }

  /** The map has the connection closed instead of an answer. */
  private boolean closing;

  /** The channel can be read or written. */
  Outcome ready(long nowNanos) {
    try {
      if (out.hasRemaining()) {
        channel.write(out);
      }
      boolean ended = false;
      if (!out.hasRemaining() && in.hasRemaining()) {
        ended = channel.read(in) < 0;
      }
      Outcome outcome = answerAll(nowNanos);
      return ended && outcome == Outcome.OPEN ? Outcome.ENDED : outcome;
    } catch (IOException e) {
      return Outcome.ENDED;
    }
  }

  /** True when the connection has outstayed one of its limits. */
  boolean expired(long nowNanos) {
    return (partial && nowNanos - partialSinceNanos > PARTIAL_FRAME_NANOS_MAX)
        || (out.hasRemaining() && nowNanos - unsentSinceNanos > UNREAD_ANSWER_NANOS_MAX)
        || nowNanos - lastActiveNanos > IDLE_NANOS_MAX;
  }

  /** Ends the connection. */
  void close() {
    peer.closed();
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  private Outcome answerAll(long nowNanos) throws IOException {
    in.flip();
    boolean answered = false;
    // A client that does not take its answers gets no further ones.
    while (!out.hasRemaining()) {
      int length = frameLength();
      if (length < 0) {
        return Outcome.VIOLATION;
      }
      if (length == 0 || in.remaining() < length) {
        break;
      }
      in.get(frame, 0, length);
      answer(length, nowNanos);
      answered = true;
      if (closing) {
        return Outcome.ENDED;
      }
    }
    boolean wasPartial = partial && !answered;
    partial = in.hasRemaining() && !out.hasRemaining();
    partialSinceNanos = wasPartial ? partialSinceNanos : nowNanos;
    in.compact();
    wants(out.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    return Outcome.OPEN;
  }

  private void wants(int operation) {
    if (key.interestOps() != operation) {
      key.interestOps(operation);
    }
  }

  /** Length of the frame at hand; 0 when that is not known yet, negative when it is none. */
  private int frameLength() {
    if (in.remaining() < PREFIX_LENGTH) {
      return 0;
    }
    int at = in.position();
    int protocol = in.getShort(at + 2);
    int length = in.getShort(at + 4) & 0xFFFF;
    return protocol != 0 || length < LENGTH_FIELD_MIN || length > LENGTH_FIELD_MAX
        ? -1
        : PREFIX_LENGTH + length;
  }

  private void answer(int length, long nowNanos) throws IOException {
    out.clear();
    handler.answer(frame, length, out, nowNanos);
    out.flip();
    closing = handler.lastCloses();
    if (closing) {
      out.position(out.limit());
    } else {
      channel.write(out);
    }
    unsentSinceNanos = nowNanos;

    int exception = handler.lastException();
    boolean read = RequestHandler.isRead(frame) && length == RequestHandler.READ_REQUEST_LENGTH;
    peer.request(
        frame[RequestHandler.HEADER_LENGTH] & 0xFF,
        read ? RequestHandler.first(frame) : 0,
        read ? RequestHandler.quantity(frame) : 0,
        frame[PREFIX_LENGTH] & 0xFF,
        exception,
        nowNanos);
    everAsked |=
        exception == RequestHandler.NO_EXCEPTION || exception == RequestHandler.DEVICE_FAILURE;
    lastActiveNanos = nowNanos;
    period.request(nowNanos);
  }
}
