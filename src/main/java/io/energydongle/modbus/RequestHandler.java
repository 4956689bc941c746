// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import com.ghgande.j2mod.modbus.Modbus;
import com.ghgande.j2mod.modbus.io.BytesInputStream;
import com.ghgande.j2mod.modbus.io.BytesOutputStream;
import com.ghgande.j2mod.modbus.msg.IllegalFunctionRequest;
import com.ghgande.j2mod.modbus.msg.ModbusRequest;
import com.ghgande.j2mod.modbus.msg.ModbusResponse;
import com.ghgande.j2mod.modbus.net.AbstractModbusListener;
import com.ghgande.j2mod.modbus.procimg.IllegalAddressException;
import com.ghgande.j2mod.modbus.procimg.InputRegister;
import com.ghgande.j2mod.modbus.procimg.ProcessImage;
import com.ghgande.j2mod.modbus.procimg.Register;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers one request. The checks, and their order, are ours, because j2mod lets through what the
 * Modbus specification forbids; what passes them is decoded, dispatched and encoded by j2mod.
 *
 * <p>Function codes 3 and 4 read the same registers; the unit identifier is echoed and chooses the
 * map; everything else is answered with an exception, never with silence.
 *
 * <p>Used by one thread.
 *
 * <p>Source: {@code modbus.md} section 3; {@code dependencies.md} section 3.
 */
final class RequestHandler {

  /** Bytes before the function code: transaction, protocol, length and unit identifier. */
  static final int HEADER_LENGTH = 7;

  /** Longest request or answer on TCP. */
  static final int FRAME_LENGTH_MAX = 260;

  /** No exception: the answer holds registers. */
  static final int NO_EXCEPTION = 0;

  static final int ILLEGAL_FUNCTION = 1;
  static final int ILLEGAL_ADDRESS = 2;
  static final int ILLEGAL_VALUE = 3;
  static final int DEVICE_FAILURE = 4;

  /** Length of a request to read registers. */
  static final int READ_REQUEST_LENGTH = HEADER_LENGTH + 5;

  /** A write is answered with its first bytes: function, address, and value or quantity. */
  private static final int WRITE_ANSWER_LENGTH = HEADER_LENGTH + 5;

  private static final short WRITE_ANSWER_FIELD = 6;
  private static final int QUANTITY_MAX = 125;
  private static final int ADDRESSES = 0x1_0000;

  private static final int WRITE_ONE = 6;
  private static final int WRITE_MANY = 16;
  private static final int WRITE_MANY_ONE_LENGTH = HEADER_LENGTH + 8;

  private final ServedMaps maps;
  private final Dispatch dispatch = new Dispatch();
  private final BytesInputStream in = new BytesInputStream(new byte[FRAME_LENGTH_MAX]);
  private final BytesOutputStream out = new BytesOutputStream(FRAME_LENGTH_MAX);

  private int exception;
  private boolean closes;

  RequestHandler(ServedMaps maps) {
    this.maps = maps;
  }

  /**
   * Answers a frame whose header has been checked.
   *
   * @param frame the request, from its transaction identifier on.
   * @param length bytes of it, at least eight.
   * @param answer where the answer is put, with room for {@link #FRAME_LENGTH_MAX} bytes.
   */
  void answer(byte[] frame, int length, ByteBuffer answer, long nowNanos) {
    int function = frame[HEADER_LENGTH] & 0xFF;
    LiveRegisters registers = maps.of(frame[HEADER_LENGTH - 1] & 0xFF);
    RegisterImage image = null;
    closes = false;
    if (function == WRITE_ONE || function == WRITE_MANY) {
      exception = checkWrite(registers.map(), frame, length, function);
      if (exception == NO_EXCEPTION) {
        int start = answer.position();
        answer.put(frame, 0, WRITE_ANSWER_LENGTH);
        answer.putShort(start + 4, WRITE_ANSWER_FIELD);
        return;
      }
    } else if (!isRead(frame)) {
      exception = ILLEGAL_FUNCTION;
    } else if (length != READ_REQUEST_LENGTH) {
      exception = ILLEGAL_VALUE;
    } else {
      exception = checkRange(registers.map(), first(frame), quantity(frame));
      if (exception == NO_EXCEPTION) {
        image = registers.current(nowNanos);
        exception = image == null ? DEVICE_FAILURE : NO_EXCEPTION;
        closes = image == null && registers.closes();
      }
    }
    ModbusRequest request =
        image == null ? header(frame, function) : ModbusRequest.createModbusRequest(function);
    try {
      ModbusResponse response;
      if (image == null) {
        response = request.createExceptionResponse(exception);
      } else {
        in.reset(frame, length);
        request.readFrom(in);
        response = dispatch.respond(request, image);
      }
      out.reset();
      response.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    answer.put(out.getBuffer(), 0, out.size());
  }

  /** Exception code of the last answer, or {@link #NO_EXCEPTION}. */
  int lastException() {
    return exception;
  }

  /** True for a request to read registers. */
  static boolean isRead(byte[] frame) {
    int function = frame[HEADER_LENGTH];
    return function == Modbus.READ_MULTIPLE_REGISTERS || function == Modbus.READ_INPUT_REGISTERS;
  }

  /** First register of a read request. */
  static int first(byte[] frame) {
    return word(frame, HEADER_LENGTH + 1);
  }

  /** Number of registers of a read request. */
  static int quantity(byte[] frame) {
    return word(frame, HEADER_LENGTH + 3);
  }

  /**
   * True when the connection has to be closed instead of sending the last answer: the map says so
   * for a silent meter.
   */
  boolean lastCloses() {
    return closes;
  }

  /**
   * Nothing can be written, but one master insists on writing what it reads already ({@code
   * modbus.md} 5.2).
   */
  private static int checkWrite(RegisterMap map, byte[] frame, int length, int function) {
    Optional<Integer> accepted =
        length >= READ_REQUEST_LENGTH ? map.writable(first(frame)) : Optional.empty();
    if (accepted.isEmpty()) {
      return ILLEGAL_FUNCTION;
    }
    boolean one =
        function == WRITE_ONE
            ? length == READ_REQUEST_LENGTH
            : length == WRITE_MANY_ONE_LENGTH
                && quantity(frame) == 1
                && frame[HEADER_LENGTH + 5] == 2;
    int value = one ? word(frame, length - 2) : -1;
    return value == accepted.get() ? NO_EXCEPTION : ILLEGAL_VALUE;
  }

  private static int checkRange(RegisterMap map, int first, int quantity) {
    if (quantity == 0 || quantity > QUANTITY_MAX) {
      return ILLEGAL_VALUE;
    }
    return first + quantity > ADDRESSES || !map.covers(first, quantity)
        ? ILLEGAL_ADDRESS
        : NO_EXCEPTION;
  }

  /** A request of which j2mod needs to know no more than whom to answer. */
  private static ModbusRequest header(byte[] frame, int function) {
    IllegalFunctionRequest request = new IllegalFunctionRequest(frame[6] & 0xFF, function);
    request.setTransactionID(word(frame, 0));
    return request;
  }

  private static int word(byte[] frame, int at) {
    return (frame[at] & 0xFF) << 8 | (frame[at + 1] & 0xFF);
  }

  /** Stands where j2mod expects its listener: hands out one image, whatever the unit. */
  private static final class Dispatch extends AbstractModbusListener {
    private final ImageView view = new ImageView();

    ModbusResponse respond(ModbusRequest request, RegisterImage image) {
      view.image = image;
      return request.createResponse(this);
    }

    @Override
    public ProcessImage getProcessImage(int unitId) {
      return view;
    }

    @Override
    public void run() {
      throw new UnsupportedOperationException("the server has its own thread");
    }

    @Override
    public void stop() {
      throw new UnsupportedOperationException("the server has its own thread");
    }
  }

  /**
   * j2mod's view of the image of the request at hand. Its own images hold registers that can change
   * under a request ({@code dependencies.md} section 3, number 7).
   */
  private static final class ImageView extends SimpleProcessImage {
    private @Nullable RegisterImage image;

    @Override
    public Register[] getRegisterRange(int first, int count) {
      RegisterImage current = image;
      if (current == null) {
        throw new IllegalAddressException();
      }
      return current.range(first, count);
    }

    @Override
    public InputRegister[] getInputRegisterRange(int first, int count) {
      return getRegisterRange(first, count);
    }
  }
}
