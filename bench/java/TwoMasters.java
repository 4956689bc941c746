// SPDX-License-Identifier: Apache-2.0

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Two masters with maps of their own. Argument: Modbus port of the gateway. Prints tab-separated, in
 * microseconds: p50 and p99 of one master that asks ten times a second, then of both.
 */
public final class TwoMasters {

  private static final int TURNS = 4;
  private static final int TURN_SECONDS = 10;
  private static final int REQUESTS_PER_SECOND = 10;

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    List<Long> alone = new ArrayList<>();
    List<Long> together = new ArrayList<>();
    try (Socket first = connect(port); Socket second = connect(port)) {
      byte[] empro = request(1, 0x8006, 30);
      byte[] sdm630 = request(2, 0x0000, 54);
      poll(first, empro, 30, new ArrayList<>(), TURN_SECONDS); // to warm up
      for (int turn = 0; turn < TURNS; turn++) {
        poll(first, empro, 30, alone, TURN_SECONDS);
        List<Long> other = new ArrayList<>();
        Thread beside =
            new Thread(
                () -> {
                  try {
                    poll(second, sdm630, 54, other, TURN_SECONDS);
                  } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
        beside.start();
        poll(first, empro, 30, together, TURN_SECONDS);
        beside.join();
        if (other.size() != TURN_SECONDS * REQUESTS_PER_SECOND) {
          throw new IllegalStateException("the second master got only " + other.size());
        }
        together.addAll(other);
      }
    }
    System.out.printf(
        "%.0f\t%.0f\t%.0f\t%.0f%n",
        quantile(alone, 0.5), quantile(alone, 0.99),
        quantile(together, 0.5), quantile(together, 0.99));
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static byte[] request(int unit, int first, int count) {
    return new byte[] {
      0, 1, 0, 0, 0, 6, (byte) unit, 3, (byte) (first >> 8), (byte) first, 0, (byte) count
    };
  }

  private static void poll(
      Socket socket, byte[] request, int registers, List<Long> nanos, int seconds)
      throws IOException, InterruptedException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    OutputStream out = socket.getOutputStream();
    byte[] answer = new byte[9 + 2 * registers];
    for (int i = 0; i < seconds * REQUESTS_PER_SECOND; i++) {
      Thread.sleep(1000 / REQUESTS_PER_SECOND);
      long start = System.nanoTime();
      out.write(request);
      in.readFully(answer);
      nanos.add(System.nanoTime() - start);
      if (answer[7] != 3) {
        throw new IllegalStateException("exception " + answer[8]);
      }
    }
  }

  private static double quantile(List<Long> nanos, double quantile) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted[(int) (quantile * (sorted.length - 1))] / 1000.0;
  }
}
