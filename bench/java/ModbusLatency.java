// SPDX-License-Identifier: Apache-2.0

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/**
 * Closed loop of one client: ask, wait for the answer, ask again. First argument: port of the
 * gateway, second: port of the bare responder. Both are asked in turns, so that whatever else the
 * machine does hits both. Prints p50 and p99 of each in microseconds.
 */
public final class ModbusLatency {

  private static final byte[] REQUEST = {0, 1, 0, 0, 0, 6, 1, 3, (byte) 0x80, 0x06, 0, 30};
  private static final int ANSWER_LENGTH = 69;
  private static final int ROUNDS = 60;
  private static final int WARM_UP_ROUNDS = 20;
  private static final int REQUESTS_PER_ROUND = 2_000;

  public static void main(String[] args) throws IOException {
    try (Peer gateway = new Peer(Integer.parseInt(args[0]));
        Peer bare = new Peer(Integer.parseInt(args[1]))) {
      for (int round = 0; round < ROUNDS; round++) {
        boolean counts = round >= WARM_UP_ROUNDS;
        gateway.round(counts);
        bare.round(counts);
      }
      System.out.printf(
          "%.1f\t%.1f\t%.1f\t%.1f%n",
          gateway.micros(0.50), gateway.micros(0.99), bare.micros(0.50), bare.micros(0.99));
    }
  }

  private static final class Peer implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final byte[] answer = new byte[ANSWER_LENGTH];
    private final long[] nanos = new long[(ROUNDS - WARM_UP_ROUNDS) * REQUESTS_PER_ROUND];
    private int count;

    Peer(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    void round(boolean counts) throws IOException {
      for (int i = 0; i < REQUESTS_PER_ROUND; i++) {
        long start = System.nanoTime();
        out.write(REQUEST);
        in.readFully(answer);
        long end = System.nanoTime();
        if (counts) {
          nanos[count++] = end - start;
        }
      }
    }

    double micros(double quantile) {
      long[] sorted = Arrays.copyOf(nanos, count);
      Arrays.sort(sorted);
      return sorted[(int) (quantile * (count - 1))] / 1000.0;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
