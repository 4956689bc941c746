// SPDX-License-Identifier: Apache-2.0

import io.energydongle.frame.Crc16;
import java.io.DataInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Time from the last byte of a telegram, written to one end of a pseudo terminal, to the first
 * Modbus answer that holds its power. First argument: the meter's end of the terminal, second: port
 * of the gateway. The telegrams before the tenth do not count. Prints p50, p99 and maximum in
 * milliseconds.
 */
public final class LineToModbus {

  private static final int TELEGRAMS = 310;
  private static final int NOT_COUNTED = 9;
  private static final long PAUSE_MILLIS = 100;
  private static final long POLL_PAUSE_NANOS = 100_000;
  private static final byte[] REQUEST = {0, 1, 0, 0, 0, 6, 1, 3, (byte) 0x80, 0x16, 0, 2};
  private static final byte[] ANSWER = new byte[260];

  public static void main(String[] args) throws IOException, InterruptedException {
    double[] millis = new double[TELEGRAMS - NOT_COUNTED];
    try (OutputStream meter = new FileOutputStream(args[0]);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]))) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (int i = 0; i < TELEGRAMS; i++) {
        int watt = 100 + i;
        byte[] telegram = telegram(watt);
        // All but the last byte first, as on a line; the last one starts the clock.
        meter.write(telegram, 0, telegram.length - 1);
        Thread.sleep(PAUSE_MILLIS);
        long start = System.nanoTime();
        meter.write(telegram, telegram.length - 1, 1);
        while (power(in, out) != watt) {
          // A client that asks without a pause would take the processor that the answer needs.
          LockSupport.parkNanos(POLL_PAUSE_NANOS);
          if (System.nanoTime() - start > 5_000_000_000L) {
            throw new IllegalStateException("telegram " + i + " never arrived");
          }
        }
        if (i >= NOT_COUNTED) {
          millis[i - NOT_COUNTED] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        "%.2f\t%.2f\t%.2f%n",
        millis[millis.length / 2],
        millis[(int) (0.99 * (millis.length - 1))],
        millis[millis.length - 1]);
  }

  /** The power that is served, or -1 for an exception. */
  private static int power(DataInputStream in, OutputStream out) throws IOException {
    out.write(REQUEST);
    // No garbage: a collection here would be taken for the gateway's.
    in.readFully(ANSWER, 0, 6);
    in.readFully(ANSWER, 6, ANSWER[5]);
    boolean exception = ANSWER[7] < 0;
    int bits =
        exception
            ? 0
            : (ANSWER[9] & 0xFF) << 24
                | (ANSWER[10] & 0xFF) << 16
                | (ANSWER[11] & 0xFF) << 8
                | (ANSWER[12] & 0xFF);
    return exception ? -1 : Math.round(Float.intBitsToFloat(bits));
  }

  /**
   * A telegram of about 900 bytes. Its last byte is its fourth checksum digit, the last that says
   * anything; its line end stands before the next one.
   */
  private static byte[] telegram(int watt) {
    StringBuilder text = new StringBuilder("\r\n/EDS5\\BENCH\r\n\r\n1-3:0.2.8(50)\r\n");
    text.append("0-0:1.0.0(260115112241W)\r\n0-0:96.1.1(4E)\r\n1-0:1.8.1(000100.000*kWh)\r\n");
    text.append(String.format(Locale.ROOT, "1-0:1.7.0(%06.3f*kW)\r\n", watt / 1000.0));
    text.append("1-0:2.7.0(00.000*kW)\r\n");
    for (int phase = 0; phase < 3; phase++) {
      text.append("1-0:").append(32 + 20 * phase).append(".7.0(231.4*V)\r\n");
      text.append("1-0:").append(31 + 20 * phase).append(".7.0(001*A)\r\n");
      text.append("1-0:").append(21 + 20 * phase).append(".7.0(00.123*kW)\r\n");
    }
    text.append("0-0:96.13.0(").append("30".repeat(250)).append(")\r\n!");
    byte[] body = text.toString().getBytes(StandardCharsets.US_ASCII);
    text.append(String.format("%04X", Crc16.of(body, 2, body.length - 2)));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
