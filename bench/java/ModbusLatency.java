// SPDX-License-Identifier: Apache-2.0

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Closed loops of some clients: ask, wait for the answer, ask again. Arguments: port of the gateway,
 * port of the bare responder, numbers of clients. Gateway and responder are asked in turns, so that
 * whatever else the machine does hits both. Prints a line per number of clients: p50 and p99 of the
 * gateway, p50 and p99 of the responder, in microseconds.
 */
public final class ModbusLatency {

  private static final byte[] REQUEST = {0, 1, 0, 0, 0, 6, 1, 3, (byte) 0x80, 0x06, 0, 30};
  private static final int ANSWER_LENGTH = 69;
  private static final int ROUNDS = 60;
  private static final int WARM_UP_ROUNDS = 20;
  private static final int REQUESTS_PER_ROUND = 2_000;

  public static void main(String[] args) throws Exception {
    for (int i = 2; i < args.length; i++) {
      int clients = Integer.parseInt(args[i]);
      ExecutorService threads = Executors.newFixedThreadPool(clients);
      try (Peer gateway = new Peer(Integer.parseInt(args[0]), clients);
          Peer bare = new Peer(Integer.parseInt(args[1]), clients)) {
        for (int round = 0; round < ROUNDS; round++) {
          boolean counts = round >= WARM_UP_ROUNDS;
          gateway.round(threads, counts);
          bare.round(threads, counts);
        }
        System.out.printf(
            "%d\t%.1f\t%.1f\t%.1f\t%.1f%n",
            clients,
            gateway.micros(0.50),
            gateway.micros(0.99),
            bare.micros(0.50),
            bare.micros(0.99));
      } finally {
        threads.shutdown();
      }
    }
  }

  /** One of the two servers, with all its clients. */
  private static final class Peer implements AutoCloseable {
    private final List<Client> clients = new ArrayList<>();

    Peer(int port, int count) throws IOException {
      for (int i = 0; i < count; i++) {
        clients.add(new Client(port, REQUESTS_PER_ROUND / count));
      }
    }

    void round(ExecutorService threads, boolean counts) throws Exception {
      List<Callable<Void>> loops = new ArrayList<>();
      for (Client client : clients) {
        loops.add(() -> client.round(counts));
      }
      for (Future<Void> loop : threads.invokeAll(loops)) {
        loop.get();
      }
    }

    double micros(double quantile) {
      long[] sorted =
          clients.stream().flatMapToLong(c -> Arrays.stream(c.nanos, 0, c.count)).sorted().toArray();
      return sorted[(int) (quantile * (sorted.length - 1))] / 1000.0;
    }

    @Override
    public void close() throws IOException {
      for (Client client : clients) {
        client.socket.close();
      }
    }
  }

  private static final class Client {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final byte[] answer = new byte[ANSWER_LENGTH];
    private final int requests;
    private final long[] nanos;
    private int count;

    Client(int port, int requests) throws IOException {
      this.requests = requests;
      nanos = new long[(ROUNDS - WARM_UP_ROUNDS) * requests];
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    Void round(boolean counts) throws IOException {
      for (int i = 0; i < requests; i++) {
        long start = System.nanoTime();
        out.write(REQUEST);
        in.readFully(answer);
        long end = System.nanoTime();
        if (counts) {
          nanos[count++] = end - start;
        }
      }
      return null;
    }
  }
}
