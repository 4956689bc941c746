// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the page costs. Arguments: HTTP port, Modbus port and process id of the gateway. Prints
 * tab-separated: processor share of the gateway at rest, with 50 readings a second, with ten
 * listeners (percent of one core); p50 and p99 of a paced Modbus client in microseconds at rest and
 * with both loads at once, in turns.
 */
public final class HttpLoad {

  private static final int PHASE_SECONDS = 30;
  private static final int WARM_UP_SECONDS = 15;
  private static final int READINGS_PER_SECOND = 50;
  private static final int LISTENERS = 10;
  private static final int TURNS = 4;
  private static final int TURN_SECONDS = 10;
  private static final int MODBUS_PER_SECOND = 200;
  private static final double TICKS_PER_SECOND = 100; // USER_HZ of every Linux in question

  private static int httpPort;
  private static Path stat;

  public static void main(String[] args) throws Exception {
    httpPort = Integer.parseInt(args[0]);
    int modbusPort = Integer.parseInt(args[1]);
    stat = Path.of("/proc", args[2], "stat");
    try (Readings warm = new Readings(); Listeners listeners = new Listeners()) {
      Thread.sleep(WARM_UP_SECONDS * 1000L);
    }
    double rest = share();
    double reading;
    try (Readings load = new Readings()) {
      reading = share();
    }
    double listening;
    try (Listeners load = new Listeners()) {
      listening = share();
    }
    List<Long> quiet = new ArrayList<>();
    List<Long> busy = new ArrayList<>();
    try (Socket modbus = new Socket(InetAddress.getLoopbackAddress(), modbusPort)) {
      modbus.setTcpNoDelay(true);
      for (int turn = 0; turn < TURNS; turn++) {
        poll(modbus, quiet);
        try (Readings load = new Readings(); Listeners listeners = new Listeners()) {
          poll(modbus, busy);
        }
      }
    }
    System.out.printf(
        "%.2f\t%.2f\t%.2f\t%.0f\t%.0f\t%.0f\t%.0f%n",
        rest, reading, listening,
        quantile(quiet, 0.5), quantile(quiet, 0.99), quantile(busy, 0.5), quantile(busy, 0.99));
  }

  /** Percent of one core that the gateway uses during a phase. */
  private static double share() throws IOException, InterruptedException {
    long ticks = ticks();
    long start = System.nanoTime();
    Thread.sleep(PHASE_SECONDS * 1000L);
    double seconds = (System.nanoTime() - start) / 1e9;
    return 100 * (ticks() - ticks) / TICKS_PER_SECOND / seconds;
  }

  private static long ticks() throws IOException {
    String text = Files.readString(stat);
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private static void poll(Socket modbus, List<Long> nanos)
      throws IOException, InterruptedException {
    byte[] request = {0, 1, 0, 0, 0, 6, 1, 3, (byte) 0x80, 0x06, 0, 30};
    byte[] answer = new byte[69];
    DataInputStream in = new DataInputStream(modbus.getInputStream());
    OutputStream out = modbus.getOutputStream();
    for (int i = 0; i < TURN_SECONDS * MODBUS_PER_SECOND; i++) {
      Thread.sleep(1000 / MODBUS_PER_SECOND);
      long start = System.nanoTime();
      out.write(request);
      in.readFully(answer);
      nanos.add(System.nanoTime() - start);
    }
  }

  private static double quantile(List<Long> nanos, double quantile) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted[(int) (quantile * (sorted.length - 1))] / 1000.0;
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), httpPort);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static byte[] request(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** One connection that asks for the reading at a steady rate, and insists on an answer. */
  private static final class Readings implements AutoCloseable {
    private volatile boolean closing;
    private final Thread thread = new Thread(this::run);

    Readings() {
      thread.start();
    }

    private void run() {
      try (Socket socket = connect()) {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        byte[] ask = request("/api/v1/reading");
        long next = System.nanoTime();
        while (!closing) {
          socket.getOutputStream().write(ask);
          String head = head(in);
          if (!head.startsWith("HTTP/1.1 200")) {
            throw new IllegalStateException(head);
          }
          int at = head.toLowerCase().indexOf("content-length: ") + 16;
          in.readNBytes(Integer.parseInt(head.substring(at, head.indexOf('\r', at))));
          next += 1_000_000_000L / READINGS_PER_SECOND;
          Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static String head(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("closed: " + head);
        }
        head.append((char) next);
      }
      return head.toString();
    }

    @Override
    public void close() throws InterruptedException {
      closing = true;
      thread.join();
    }
  }

  /** Ten connections that listen to the stream. */
  private static final class Listeners implements AutoCloseable {
    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicInteger hearing = new AtomicInteger();

    Listeners() throws IOException, InterruptedException {
      for (int i = 0; i < LISTENERS; i++) {
        Socket socket = connect();
        sockets.add(socket);
        socket.getOutputStream().write(request("/api/v1/stream"));
        Thread thread = new Thread(() -> drain(socket));
        thread.setDaemon(true);
        thread.start();
      }
    }

    private void drain(Socket socket) {
      byte[] bytes = new byte[8192];
      try {
        boolean heard = false;
        for (int n = socket.getInputStream().read(bytes); n >= 0;
            n = socket.getInputStream().read(bytes)) {
          if (!heard && new String(bytes, 0, n, StandardCharsets.UTF_8).contains("power_w")) {
            heard = true;
            hearing.incrementAndGet();
          }
        }
      } catch (IOException e) {
        // Closed from here.
      }
    }

    @Override
    public void close() throws IOException, InterruptedException {
      if (hearing.get() != LISTENERS) {
        throw new IllegalStateException("only " + hearing.get() + " listeners heard a reading");
      }
      for (Socket socket : sockets) {
        socket.close();
      }
      Thread.sleep(1_500); // the gateway notices with its next event
    }
  }
}
