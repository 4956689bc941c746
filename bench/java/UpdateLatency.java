// SPDX-License-Identifier: Apache-2.0

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A charger that asks every two milliseconds, at rest and then while a release is downloaded and
 * checked. Arguments: port of Modbus, port of the page, password, address of the release. Prints
 * p50 and p99 at rest, p50 and p99 during the download in microseconds, and how long it took in s.
 */
public final class UpdateLatency {

  private static final byte[] REQUEST = {0, 1, 0, 0, 0, 6, 1, 3, (byte) 0x80, 0x06, 0, 30};
  private static final int ANSWER_LENGTH = 69;
  private static final int WARM_UP = 3_000;
  private static final int AT_REST = 5_000;

  private final String page;
  private final Socket socket;
  private String cookie = "";

  private UpdateLatency(int modbusPort, int httpPort) throws IOException {
    page = "http://127.0.0.1:" + httpPort + "/api/v1";
    socket = new Socket(InetAddress.getLoopbackAddress(), modbusPort);
    socket.setTcpNoDelay(true);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    UpdateLatency bench =
        new UpdateLatency(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    bench.login(args[2]);
    List<Long> rest = new ArrayList<>();
    for (int i = 0; i < WARM_UP + AT_REST; i++) {
      long nanos = bench.ask();
      if (i >= WARM_UP) {
        rest.add(nanos);
      }
    }
    bench.http("POST", "/update/fetch", "{\"url\":\"" + args[3] + "\"}");
    List<Long> during = new ArrayList<>();
    long begin = System.nanoTime();
    // Every 250 answers a look at the page, which is what a user does meanwhile.
    do {
      for (int i = 0; i < 250; i++) {
        during.add(bench.ask());
      }
    } while (bench.http("GET", "/update", "").contains("\"receiving\""));
    double seconds = (System.nanoTime() - begin) / 1e9;
    String state = bench.http("GET", "/update", "");
    if (!state.contains("\"installing\"")) {
      throw new IllegalStateException("the release was not taken: " + state);
    }
    System.out.printf(
        "%.1f\t%.1f\t%.1f\t%.1f\t%.1f%n",
        micros(rest, 0.50), micros(rest, 0.99), micros(during, 0.50), micros(during, 0.99), seconds);
  }

  private long ask() throws IOException, InterruptedException {
    OutputStream out = socket.getOutputStream();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    long start = System.nanoTime();
    out.write(REQUEST);
    in.readFully(new byte[ANSWER_LENGTH]);
    long end = System.nanoTime();
    Thread.sleep(2);
    return end - start;
  }

  private void login(String password) throws IOException {
    http("POST", "/login", "{\"password\":\"" + password + "\"}");
  }

  private String http(String method, String path, String body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(page + path).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setRequestProperty("Cookie", cookie);
    if (!body.isEmpty()) {
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setDoOutput(true);
      connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
    if (connection.getResponseCode() >= 300) {
      throw new IOException(path + " is answered with " + connection.getResponseCode());
    }
    String set = connection.getHeaderField("Set-Cookie");
    if (set != null) {
      cookie = set.substring(0, set.indexOf(';'));
    }
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static double micros(List<Long> nanos, double quantile) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return sorted.get((int) (quantile * (sorted.size() - 1))) / 1000.0;
  }
}
